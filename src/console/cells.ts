/** The values of pages as data. Texts are plain texts, as in shown.ts. */
export type Cell =
  | { readonly kind: 'text'; readonly text: string; readonly sub?: string | undefined }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'link'
      readonly text: string
      readonly href: string
      readonly sub?: string | undefined
    }
  /** `exact`: to the second. */
  | {
      readonly kind: 'time'
      readonly at: Date
      readonly sub?: string | undefined
      readonly exact?: true | undefined
    }
  | { readonly kind: 'none'; readonly text: string }
  | { readonly kind: 'chips'; readonly texts: readonly string[] }
  /** How much of a quota is used. */
  | { readonly kind: 'bar'; readonly used: number; readonly most: number; readonly label: string }
  | { readonly kind: 'badge'; readonly text: string; readonly tone: Tone }
  /** To be ticked, here or on paper; nothing keeps it. */
  | { readonly kind: 'box'; readonly label: string }
  /** A QR code, as an SVG path of units. */
  | {
      readonly kind: 'qr'
      readonly path: string
      readonly size: number
      readonly label: string
    }
  /** Room to write on paper. */
  | { readonly kind: 'blank' }
  /** A button that sends the question of the page again, with this value besides. */
  | {
      readonly kind: 'again'
      readonly text: string
      readonly name: string
      readonly value: string
      /** Names it for those who hear it without its row. */
      readonly label: string
    }

export const text = (value: string, sub?: string): Cell => ({ kind: 'text', text: value, sub })
export const code = (value: string): Cell => ({ kind: 'code', text: value })
export const link = (value: string, href: string, sub?: string): Cell => ({
  kind: 'link',
  text: value,
  href,
  sub,
})
export const time = (at: Date, sub?: string): Cell => ({ kind: 'time', at, sub })
export const exactTime = (at: Date): Cell => ({ kind: 'time', at, exact: true })
export const none = (value = 'None'): Cell => ({ kind: 'none', text: value })
export const chips = (texts: readonly string[]): Cell => ({ kind: 'chips', texts })
export const box = (label: string): Cell => ({ kind: 'box', label })
export const blank = (): Cell => ({ kind: 'blank' })
export const bar = (used: number, most: number, label: string): Cell => ({
  kind: 'bar',
  used,
  most,
  label,
})
/** `implicit`: neither allowed nor forbidden. */
export type Tone = 'ink' | 'warn' | 'allow' | 'deny' | 'implicit'

export const badge = (value: string, tone: Tone = 'ink'): Cell => ({
  kind: 'badge',
  text: value,
  tone,
})
