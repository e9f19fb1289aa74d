// What every page does in the browser. See nnlab/ui/components/frame.py.

import { followAnchor } from "./anchor.js"
import { watchConnection } from "./connection.js"
import { keepFocus } from "./focus.js"
import { identify } from "./identity.js"
import { translateLabels } from "./labels.js"
import { keepLegends } from "./legends.js"
import { preparePrinting } from "./printing.js"
import { reachScrollers } from "./scrolling.js"
import { closeWhereLow } from "./sidebar.js"
import { offerValues } from "./values.js"

export function begin({ data, setStateValue, setTriggerValue }) {
  document.documentElement.lang = data.language // for screen readers, hyphenation, and browsers that offer to translate
  watchConnection(data.connection, () => setTriggerValue("reconnected", true))
  closeWhereLow()
  preparePrinting()
  keepFocus()
  followAnchor()
  reachScrollers()
  keepLegends()
  offerValues(data.values)
  translateLabels(data.labels)
  identify(data.identity, known => setStateValue("identity", known))
}
