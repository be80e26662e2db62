/** What the editor's script asks while somebody writes. */
export const editorAddresses = {
  /** POST of `document` and `holder`: findings, and the parts of the page that tell of them. */
  check: '/console/policy-check',
  /** GET: services and what belongs to none; with a prefix below it: one service. */
  reference: '/console/policy-reference',
  /** The page that tries a document on recorded calls. */
  tried: '/console/replay-calls',
} as const
