"""Every session key that outlives a page, by page: named here and nowhere else.

That is what ``state.keep`` keeps, what pages share, what a page puts into the session, number fields, and the widgets
that stay as they were left (``persist_state="session"``). Widgets that only matter while their page is open have keys
of their own, ``"<page>.<name>"``. A test holds this rule.
"""

import re

LANGUAGE = "language"  # "en" or "ko"; no widget's key, since a widget that nobody touched is forgotten with its page
ADDRESS = "address"  # address._Seen: what this session knows of the open page's address
FROM_ADDRESS = "from_address"  # set of keys: those whose value an address of this session asked for
GIVEN_SETUP = "given_setup"  # a set-up that stood in the address of another page than Train, as a query
HIDDEN = "hidden"  # tuple of names: what a teacher's link hides, see ui.restrictions
LOCKED = "locked"  # tuple of names: what it locks
TEACHERS_TEXT = "teachers_text"  # the text that it brings
TEXT_PAGE = "text_page"  # the page that the link with it opened: there it is unfolded
CLASS = "class"  # the code of the class that the visitor takes part in; "" for none
CLASS_KEY = "class_key"  # the key of the class that they have opened, see classroom.codes
TEACHER = "teacher"  # bool: whether material for the teacher is shown
LARGE_TEXT = "large_text"  # bool; projector size
VISIT = "visit"  # an unguessable name for this visit: it lasts as long as the browser's tab, reloads included
OWNER = "owner"  # an unguessable name for whom the runs belong to: all tabs of a browser, for some weeks
ADOPTIONS = "adoptions"  # how often the browser has said that this session is another visit's
RUN_ID = "run_id"  # the id of the run this visitor looks at
KNOWN_RUNS = "known_runs"  # set of ids: the runs that this session has looked at
STEERED_RUNS = "steered_runs"  # set of ids: the runs of others that this session may command
FOLDS = "folds"  # set of keys: folds that tell when they are opened, see layout.fold
LINKED = "linked"  # {term: the text of the open page that links it}, see ui.terms
IS_WAITING = "is_waiting"  # bool: whether the home page was waiting for digits when it was last drawn
CHANGES = "changes"  # {network: tuple of inspection.changes.Change}: what the visitor has changed in it, see ui.changes
SHELF = "shelf"  # the key of the shelf of kept runs that an address has asked for, in place of this browser's own
OWN_DIGITS = "own_digits"  # tuple of collection.KeptDigit: drawn by this visitor, oldest first
ABSENT_NETWORK = "absent_network"  # id of a network from a file that an address has asked for, while it is not here
BROUGHT_NETWORKS = "brought_networks"  # tuple of brought_networks.BroughtNetwork: files of this visitor, oldest first

SENT_NETWORKS = "live_reading.sent"  # set of ids: the networks that this browser has been sent


class Train:
    """What the Train page remembers, and its widgets that stay as they were left."""

    EXAMINATION = "train.examination"  # train.examination.Examination: the last one that was made
    IGNORED = "train.ignored"  # what the address said and could not be used, and the set-up that came of it
    LAYER_COUNT = "train.layer_count"  # how many hidden layers the controls show
    TABS = "train.tabs"  # the title of the open tab
    LIVE_RATE = "train.live_rate"  # the learning rate of the run that is shown
    INSIDE_VIEW = "train.inside_view"  # what of the run's inside is shown: its neurons, or its layers
    DIGIT = "train.digit"  # the index of the test digit that is shown in the run's network
    PREDICTED = "train.predicted"  # the epoch of the notes' run that a visitor expects to lower the loss most
    HOLD_OUT = "train.hold_out"
    MIX_OWN = "train.mix_own"

    @staticmethod
    def setting(field: str) -> str:
        """The key of the widget for a field of the configuration."""
        return f"train.{field}"

    @staticmethod
    def units(layer: int) -> str:
        """The key of the units of hidden layer ``layer``, 0 being the one after the input."""
        return f"train.units.{layer}"


class Draw:
    """What the Draw page remembers, and its widgets that stay as they were left."""

    NETWORK = "draw.network"  # who reads, on Draw, and on Play if it reads digits
    PEN = "draw.pen"
    TEST_DIGIT = "draw.digit"  # the index of the test digit that is shown
    WHY_MOVED = "draw.why_moved"  # the slider that was moved last
    WHY_CHANGED = "draw.why_changed"  # the image that the sliders belong to

    @staticmethod
    def why_view(kind: str) -> str:
        """The key of which explanation is open, of a "drawing" or a "digit"."""
        return f"draw.why_{kind}_view"


class Inspect:
    """What the Inspect page remembers, and its widgets that stay as they were left."""

    NETWORK = "inspect.network"  # which one is looked at
    STARTED = "inspect.started"  # a run that was started here, to be looked at when the visitor comes back
    STATE = "inspect.state"  # after which step of its run, see ui.inspect.past
    READING = "inspect.reading"  # beside.Task: a wide network that reads the test set
    IMAGE = "inspect.image"  # where the image comes from
    TEST_NUMBER = "inspect.test_number"  # of the test image, from 1 on
    GALLERY_NUMBER = "inspect.gallery_number"  # of the visitor's own digit, 1 being the newest
    LAYER = "inspect.layer"  # of the unit that is looked at, 0 being the one after the input
    UNIT = "inspect.unit"  # its number in a hidden layer, from 1 on
    OPENED = "inspect.opened"  # the unit that the page itself chose: network, image, layer, unit
    LOGIT = "inspect.logit"  # its digit in the last layer
    WEIGHT = "inspect.weight"  # the fields of a weight and a bias: they show what the network has
    BIAS = "inspect.bias"
    SHIFT = "inspect.shift_by"  # what is added to a bias
    OPERATED_LAYER = "inspect.operated_layer"  # a hidden layer, 0 being the first
    PRUNED = "inspect.pruned"  # per cent
    NOISE = "inspect.noise"  # per cent
    TEMPERATURE = "inspect.temperature"
    SHOWN_LAYER = "inspect.shown_layer"  # in the sections on whole layers, 0 being the one after the input
    LAYERS_VIEW = "inspect.layers_view"
    LAYERS_FORM = "inspect.layers_form"  # bars or squares
    GRADIENTS_VIEW = "inspect.gradients_view"
    GRADIENTS_BY = "inspect.gradients_by"
    CHECKED = "inspect.checked"  # for which network, image and class the gradient was last checked
    ATTRIBUTION_VIEW = "inspect.attribution_view"
    BASELINE = "inspect.baseline"  # what counts as nothing, in attributions
    PATCH = "inspect.patch"  # the side of the square that covers
    FAVOURITES_LAYER = "inspect.favourites_layer"  # likewise, where units' favourite images are shown
    FIRST_FAVOURITE = "inspect.first_favourite"  # the first of the units whose favourite images are shown, from 1 on
    SMOOTHNESS = "inspect.smoothness"
    TRUTH = "inspect.truth"  # the open cell of the confusion matrix: the true digit
    PREDICTED = "inspect.predicted"  # and what it was taken for
    CONFUSION = "inspect.confusion"  # that matrix: the browser says in it where it was clicked
    CELL = "inspect.cell"  # the cell that was clicked last, (truth, predicted)
    THRESHOLD = "inspect.threshold"  # of confidence, below which the network is silent
    DAMAGE = "inspect.damage"  # which one
    MAP_REFUSED = "inspect.map_refused"  # bool: whether the last map that was asked for could not be begun
    MAP_WAY = "inspect.map_way"  # how images are placed: "pca" or "tsne"
    MAP_LAYER = "inspect.map_layer"  # whose outputs are mapped: 0 the pixels, then each layer

    @staticmethod
    def strength(damage: str) -> str:
        """The key of the slider of a damage."""
        return f"inspect.strength_{damage}"


class Replay:
    """What the section that plays a run back remembers, and its widgets that stay as they were left."""

    IMAGE = "replay.image"  # where the image comes from
    TEST_NUMBER = "replay.test_number"  # of the test image, from 1 on
    GALLERY_NUMBER = "replay.gallery_number"  # of the visitor's own digit, 1 being the newest
    FILM = "replay.film"  # the id of the last film that was asked for
    FILM_KIND = "replay.film_kind"
    FILM_SECONDS = "replay.film_seconds"
    FILM_AXIS = "replay.film_axis"
    FILM_REFUSED = "replay.film_refused"  # bool: whether the last film that was asked for could not be begun


class Runs:
    """What the page of kept runs remembers, and its widgets that stay as they were left."""

    RUN = "runs.run"  # the id of the one that is open; "" for none
    SEARCH = "runs.search"
    ONLY_STARRED = "runs.only_starred"
    ORDER = "runs.order"
    PAGE = "runs.page"  # of the list, from 1 on
    BROUGHT_ACTIVATION = "runs.brought_activation"  # what a file of plain weights does not say
    BROUGHT_NORMALIZATION = "runs.brought_normalization"
    PACKING = "runs.packing"  # beside.Task: the last file that was made beside the page
    DELETED = "runs.deleted"  # ids of those that were deleted last, which can be brought back


class Compare:
    """What the Compare page remembers, and its widgets that stay as they were left."""

    WAY = "compare.way"  # whether a new comparison is made, "new", or own runs are picked, "own"
    READING = "compare.reading"  # beside.Task: two wide networks that read the test set
    PICKED = "compare.picked"  # list of ids: the runs that are picked
    SERIES = "compare.series"  # the id of the series that is looked at
    GIVEN = "compare.given"  # config.Setup: from the address, or of a ready-made comparison
    BASE = "compare.base"  # the set-up that all runs of a new comparison have in common
    SEEDS = "compare.seeds"
    CURVE = "compare.curve"
    AXIS = "compare.axis"
    SORT = "compare.sort"
    ONLY_DIFFERENCES = "compare.only_differences"
    MEASURE = "compare.measure"
    CONFUSION = "compare.confusion"  # two matrices subtracted: the browser says in it where it was clicked
    CELL = "compare.cell"  # the cell that was clicked last, (truth, predicted)
    TRUTH = "compare.truth"  # the open cell: the true digit
    PREDICTED = "compare.predicted"  # and what it was taken for

    @staticmethod
    def field(number: int) -> str:
        """The key of the first or second thing that is changed."""
        return f"compare.field_{number}"

    @staticmethod
    def values(number: int, field: str) -> str:
        """The key of its values, as an address writes them."""
        return f"compare.values_{number}_{field}"

    @staticmethod
    def side(number: int) -> str:
        """The key of the first or second set-up that is judged."""
        return f"compare.side_{number}"

    @staticmethod
    def run(number: int) -> str:
        """The key of the first or second run whose mistakes are compared."""
        return f"compare.run_{number}"


class Play:
    """What the Play page remembers, and its widgets that stay as they were left."""

    GAME = "play.game"  # games.guessing.GuessingGame
    KEPT_ROUNDS = "play.kept"  # how many of its rounds have been put into the gallery
    RANKING_ENTRY = "play.entry"  # this game's entry in the ranking
    LIMIT = "play.limit"
    NAME = "play.name"
    NETWORK = "play.network"  # who is fooled while the network that is chosen on Draw reads no digits
    CHALLENGE = "play.challenge"  # play.challenge.Challenge
    FEWEST_PIXELS = "play.best"  # {name of a challenge: the fewest pixels that fooled the network}
    MACHINE_STEP = "play.step"  # how far along the machine's way


class Activations:
    """Widgets of the Activations page that stay as they were left."""

    CHOSEN = "activations.chosen"  # in the sections on curves and on depth
    X = "activations.x"
    RANGE = "activations.range"
    LAYOUT = "activations.layout"
    DEPTH = "activations.depth"
    PRODUCT_X = "activations.product_x"
    INITIALIZATION = "activations.initialization"
    WEIGHT_FACTOR = "activations.weight_factor"
    WIDTH = "activations.width"
    DEPTH_SEED = "activations.depth_seed"
    ONE = "activations.one"  # in the section on health
    HEALTH_SCALE = "activations.health_scale"
    HEALTH_BIAS = "activations.health_bias"
    HEALTH_THRESHOLD = "activations.health_threshold"
    HEALTH_SEED = "activations.health_seed"


class Learn:
    """What the Learn page remembers, and its widgets that stay as they were left."""

    LESSON = "learn.lesson"  # the open one
    NEURON_ACTIVATION = "learn.neuron_activation"
    LAYER_ACTIVATION = "learn.layer_activation"
    NETWORK_LAYERS = "learn.network_layers"
    LOSS_WAY = "learn.loss_way"
    LOSS_TRUTH = "learn.loss_truth"
    DIGIT = "learn.digit"
    DIGIT_SOURCE = "learn.digit_source"
    DIGIT_TURN = "learn.digit_turn"  # how often "another one" was pressed
    STUDENT = "learn.student"  # learn.student.Student
    BACKWARD_VIEW = "learn.backward_view"
    BACKWARD_RATE = "learn.backward_rate"
    EPSILON = "learn.epsilon"
    HAND_SHAPE = "learn.hand_shape"  # of the network that is calculated by hand
    HAND_ACTIVATION = "learn.hand_activation"
    HAND_BLANKS = "learn.hand_blanks"
    HAND_DECIMALS = "learn.hand_decimals"
    HAND_CLASS = "learn.hand_class"  # the right one
    HAND_CHANGE = "learn.hand_change"  # whether there are fields for the numbers
    HAND_SEED = "learn.hand_seed"  # how often new numbers were drawn
    HAND_STEP = "learn.hand_step"
    HAND_ANSWERS = "learn.hand_answers"  # learn.by_hand.Answers
    DESCENT_SURFACE = "learn.descent_surface"
    DESCENT_STEPS = "learn.descent_steps"
    FITTING_CURVE = "learn.fitting_curve"
    FITTING_HIDDEN = "learn.fitting_hidden"
    FITTING_ACTIVATION = "learn.fitting_activation"
    FITTING_RATE = "learn.fitting_rate"
    FITTING_BATCH = "learn.fitting_batch"
    FITTING_COUNT = "learn.fitting_count"
    FITTING_NOISE = "learn.fitting_noise"
    FITTING_ASKED = "learn.fitting_asked"  # how often an address has asked for a set-up
    FITTING_SETUP = "learn.fitting_setup"  # the last one that was drawn
    PLANE_POINTS = "learn.plane_points"
    PLANE_INPUTS = "learn.plane_inputs"
    PLANE_ACTIVATION = "learn.plane_activation"
    PLANE_RATE = "learn.plane_rate"
    PLANE_BATCH = "learn.plane_batch"
    PLANE_DECAY = "learn.plane_decay"
    PLANE_SPARSITY = "learn.plane_sparsity"
    PLANE_COUNT = "learn.plane_count"
    PLANE_NOISE = "learn.plane_noise"
    PLANE_VIEW = "learn.plane_view"  # int: which layer is looked at, see PlaneSetup
    PLANE_HIDDEN = "learn.plane_hidden"  # tuple: how many neurons each hidden layer has
    PLANE_ASKED = "learn.plane_asked"  # how often an address has asked for a set-up
    PLANE_SETUP = "learn.plane_setup"  # the last one that was drawn
    TRAINING_VIEW = "learn.training_view"
    TRAINING_IMAGES = "learn.training_images"  # of the small run
    TRAINING_RUNS = "learn.training_runs"  # {images: id of the last small run with so many}
    INSIDE_NETWORK = "learn.inside_network"  # which one is searched
    INSIDE_RUN = "learn.inside_run"  # the id of the run that was begun for it
    INSIDE_TASK = "learn.inside_task"
    INSIDE_ANSWERS = "learn.inside_answers"  # {network: {task: what was answered}}
    WRITING_DIGIT = "learn.writing_digit"
    WRITING_TURN = "learn.writing_turn"  # how often "another one" was pressed
    WRITING_ORDER = "learn.writing_order"  # the seed of which sheet is shown first
    WRITING_GUESS = "learn.writing_guess"
    EXPERIMENT = "learn.experiment"  # the open one, or learn.experiments.place.LIST; None while lessons are shown
    EXPERIMENTS = "learn.experiments"  # {experiment: learn.experiments.progress.Progress}
    RESULTS = "learn.results"  # what was measured of the open experiment, see learn.experiments.running

    @staticmethod
    def value(name: str) -> str:
        """The key of a lesson's slider or field."""
        return f"learn.{name}"

    @staticmethod
    def network(usual: str) -> str:
        """The key of which network is looked at, in the lessons that begin with this one."""
        return f"learn.network_from_{usual}"


class Classroom:
    """What the Class page remembers."""

    VIEW = "classroom.view"  # one of class_board.VIEWS


class Share:
    """What the dialog that hands a page's address on remembers: its form stays as it was left."""

    IS_OPEN = "sharing.is_open"
    VIEW = "sharing.view"
    PAGE = "sharing.page"
    LANGUAGE = "sharing.language"
    SIZE = "sharing.size"
    HIDDEN = "sharing.hidden"
    LOCKED = "sharing.locked"
    TEXT = "sharing.text"
    TEACHER = "sharing.teacher"

    @staticmethod
    def section(page: str) -> str:
        """The key of which section of a page the link is to open."""
        return f"sharing.section_of_{page}"


class Bringing:
    """What the fold for files that a visitor brings remembers."""

    TURN = "bringing.turn"  # how often files were taken: each time the field for them is made anew
    TAKEN = "bringing.taken"  # how many images were taken just now
    READ = "bringing.read"  # (what was asked for, sources.brought.reading.Brought, the network's answers)
    READING = "bringing.reading_now"  # the bringing.readings.Reading under way, or one that did not come to its end
    LABELS = "bringing.labels"  # {place among the images: what the visitor says it is}
    REMOVED = "bringing.removed"  # set of places: what the visitor took off the tray


def label_of_brought(place: int) -> str:
    """The key of the menu that says what an image is that was brought."""
    return f"bringing.label_{place}"


def section_of(page: str) -> str:
    """The key of which section of a page is open."""
    return f"{page}.section"


def drawing_of(page: str) -> str:
    """The key of what was last drawn on a page."""
    return f"{page}.drawing"


def is_drawing(key: str) -> bool:
    """Whether it is the key of what was last drawn on a page."""
    return key == drawing_of(key.partition(".")[0])


def start_of(canvas: str) -> str:
    """The key of what the browser is told to start a canvas from."""
    return f"{canvas}.start"


def refusal_of(field: str) -> str:
    """The key of what was typed into a number field and not taken."""
    return f"{field}.refusal"


def switch_of(choice: str) -> str:
    """The key of the switch for a choice that is remembered on its own."""
    return f"{choice}.switch"


def times_renewed(widget: str) -> str:
    """The key of how often a widget has been made anew, see ``state.widget_showing``."""
    return f"{widget}.renewed"


def renewed(widget: str, times: int) -> str:
    """The key of a widget that has been made anew so many times."""
    return f"{widget}.{times}" if times else widget


def press_of(button: str) -> str:
    """The key of whether a button was pressed that has not been answered yet."""
    return f"{button}.pressed"


def shown_in(menu: str) -> str:
    """The key of which value a menu shows, and by which word."""
    return f"{menu}.shown"


def class_of(widget: str) -> str:
    """The class that Streamlit gives to what holds a widget with this key."""
    return "st-key-" + re.sub(r"[^\w-]", "-", widget, flags=re.ASCII)
