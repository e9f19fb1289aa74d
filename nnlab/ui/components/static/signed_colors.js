// The colours of numbers with a sign, by theme: of those above 0, of those below, and the grey of the paper that is 0.

export const COLORS = { light: [[0, 114, 178], [213, 94, 0], 255], dark: [[86, 180, 233], [230, 159, 0], 20] }
