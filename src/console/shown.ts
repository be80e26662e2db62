import type { OpenConsole } from '../sign-in/console.ts'
import type { Denial } from './call.ts'
import type { GraphShown, LayerShown } from './explained.ts'
import type { FacetShown, FilterShown } from './filters-shown.ts'
import type { CeremonyShown, FormProblem, StepsShown, TaskOutcome } from './form-shown.ts'
import type { Limits } from './limits.ts'
import type { AccessLine, PolicyLine } from './permissions-summary.ts'

/**
 * The content of pages as data, which `views/console` renders. Texts are plain text, never HTML,
 * whatever characters they hold.
 */
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

/**
 * `always`, or only where the page is wide enough; columns left out appear under the first cell.
 */
export type Width = 'always' | 'desk' | 'wide'

export interface Head {
  readonly head: string
  readonly width?: Width | undefined
  /** Where the list is in order of this column; `direction`: the list is in order of it now. */
  readonly sort?:
    | { readonly href: string; readonly direction?: 'ascending' | 'descending' | undefined }
    | undefined
}

export interface Action {
  readonly text: string
  readonly href: string
}

export interface ListContent {
  readonly kind: 'list'
  readonly title: string
  readonly says: string
  readonly actions: readonly Action[]
  readonly noun: { readonly one: string; readonly many: string }
  /** What is to be known about what was found. */
  readonly note?: string | undefined
  readonly facets?: readonly FacetShown[] | undefined
  readonly filters: readonly FilterShown[]
  readonly heads: readonly Head[]
  readonly rows: readonly (readonly Cell[])[]
  /** The list as a file. */
  readonly files?: readonly Action[] | undefined
  /** Enough was looked at before the page was full. */
  readonly cut?: boolean | undefined
  /** Rows can be chosen, and changed together; the values of the rows, in their order. */
  readonly choose?:
    | { readonly to: string; readonly button: string; readonly values: readonly string[] }
    | undefined
  /** What the rows are in order of, for those who hear the table. */
  readonly order: string
  /** Fields that the filters carry on. */
  readonly kept: readonly (readonly [name: string, value: string])[]
  /** The address of the next page; absent on the last page. */
  readonly next?: string | undefined
  /** Absent on the first page. */
  readonly first?: string | undefined
  readonly empty: string
  readonly status?: 400 | undefined
}

/** `gap`: lines that both texts have are left out here. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap'
  readonly text: string
}

export type Section = {
  readonly title: string
  readonly note?: string | undefined
  /** What can be done about it. */
  readonly acts?: readonly Action[] | undefined
} & (
  | { readonly kind: 'terms'; readonly terms: Terms }
  /** JSON; text that is not JSON is shown unchanged. */
  | { readonly kind: 'document'; readonly text: string }
  | {
      readonly kind: 'rows'
      readonly heads: readonly Head[]
      readonly rows: readonly (readonly Cell[])[]
      readonly empty: string
      /** Where more rows are. */
      readonly links?: readonly Action[] | undefined
    }
  /** Lines of two texts that were compared. */
  | { readonly kind: 'diff'; readonly lines: readonly DiffLine[]; readonly empty: string }
  /** What was decided, in one sentence; the title says it in a word or two. */
  | {
      readonly kind: 'decision'
      readonly tone: 'allow' | 'deny' | 'implicit' | 'warn'
      readonly text: string
    }
  /** Who takes which role, as a picture; `words` say the same. */
  | { readonly kind: 'graph'; readonly graph: GraphShown; readonly words: readonly string[] }
  /** The way of a call, station by station. */
  | { readonly kind: 'road'; readonly stations: readonly Station[] }
  /** How it was decided, layer by layer. */
  | { readonly kind: 'trace'; readonly layers: readonly LayerShown[] }
  /** What came from what. */
  | { readonly kind: 'tree'; readonly nodes: readonly TreeNode[]; readonly empty: string }
  /** The session may not see this part. */
  | { readonly kind: 'withheld'; readonly denied: Denial }
)

export interface TreeNode {
  readonly title: string
  readonly badges: readonly Cell[]
  readonly facts: Terms
  readonly acts: readonly Action[]
  readonly nodes: readonly TreeNode[]
}

/** `stop`: it ended here. `off`: it did not get so far, or nobody knows. */
export interface Station {
  readonly state: 'open' | 'stop' | 'off'
  readonly step: string
  readonly name: string
  readonly line: string
  readonly open: boolean
  readonly terms: readonly (readonly [label: string, value: Cell])[]
  readonly layers?: readonly LayerShown[] | undefined
  /** What the program or the person was told. */
  readonly said?: string | undefined
}

export interface DetailContent {
  readonly kind: 'detail'
  readonly title: string
  readonly says?: string | undefined
  readonly badges?: readonly Cell[] | undefined
  readonly actions: readonly Action[]
  /** The page is made for paper as well. */
  readonly print?: true | undefined
  readonly main: readonly Section[]
  readonly aside: readonly Section[]
  /** The page looks there for what is not done yet. */
  readonly again?: Again | undefined
  /** 403: the session may see none of the parts. */
  readonly status?: 403 | 404 | undefined
}

/** When, and at which address of the console, a page looks again. */
export interface Again {
  readonly seconds: number
  readonly href: string
}

export interface Option {
  readonly value: string
  readonly words: string
  readonly help?: string | undefined
}

/**
 * How a field is filled in; the limits of the field apply to each. `choice` and `radio`: a few
 * labelled values. `secret`: never shown again. `check`: `true` or `false`. `pairs`: a JSON list of
 * keys with values. `pick`: one value of many, or a JSON list of them.
 */
export type Control =
  /** `note` replaces the field's help. */
  | { readonly kind: 'line'; readonly note?: string | undefined }
  /** `file`: what a file that fills it may be, as the attribute `accept` has it. */
  | {
      readonly kind: 'lines'
      readonly rows: number
      readonly code?: true | undefined
      readonly file?: string | undefined
    }
  | { readonly kind: 'number' }
  /** Filled by the form's ceremony. */
  | { readonly kind: 'security-key' }
  /** `rows`: of a secret of several lines, such as a key in PEM. */
  | { readonly kind: 'secret'; readonly rows?: number | undefined; readonly file?: string }
  | { readonly kind: 'check'; readonly words: string }
  | { readonly kind: 'choice' | 'radio'; readonly options: readonly Option[] }
  | { readonly kind: 'pairs'; readonly rows: number }
  | {
      readonly kind: 'pick'
      readonly many: boolean
      readonly options: readonly Option[]
      /** There are others, which a search finds. */
      readonly more: boolean
      /** What the options were looked for by; empty: nothing. */
      readonly sought: string
    }

export interface FieldShown {
  readonly name: string
  readonly label: string
  readonly help?: string | undefined
  readonly control: Control
  readonly limits: Limits
  readonly value: string
  /** The value when the form was opened, which is submitted with the form. */
  readonly was: string
  readonly problem?: string | undefined
  /** The current value, when somebody else changed it meanwhile. */
  readonly now?: string | undefined
}

export type Terms = readonly (readonly [label: string, value: Cell])[]

export interface FormContent {
  readonly kind: 'form'
  readonly title: string
  readonly says?: string | undefined
  /** Why nothing can be changed here; the form is then left out. */
  readonly locked?: string | undefined
  readonly fields: readonly FieldShown[]
  readonly ceremony?: CeremonyShown | undefined
  readonly button: string
  readonly keep: Action
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
  readonly steps?: StepsShown | undefined
  /** What was filled in at the other steps, to be read once more before it is sent. */
  readonly review?: Terms | undefined
  /** Fields of other steps, which the form carries on. */
  readonly carried?: readonly (readonly [name: string, value: string])[] | undefined
  /** Identifies this form, which is obeyed once. */
  readonly once?: string | undefined
  /** What else is to be known before the form is sent. */
  readonly sections?: readonly Section[] | undefined
  /** The form takes away what can't be brought back. */
  readonly danger?: boolean | undefined
}

/** What a form did, where that is more than one sentence. */
export interface ReportContent {
  readonly kind: 'report'
  readonly title: string
  readonly says: string
  /** Secrets that are shown this once. */
  readonly terms?: Terms | undefined
  readonly outcomes: readonly TaskOutcome[]
  readonly links: readonly Action[]
  /** More of it is to be done: a form that goes on, by itself where there is a script. */
  readonly goesOn?:
    | {
        readonly carried: readonly (readonly [name: string, value: string])[]
        readonly button: string
        readonly used: number
        readonly most: number
        readonly label: string
      }
    | undefined
  readonly status?: number | undefined
}

export interface HomeContent {
  readonly kind: 'home'
  readonly title: string
  readonly session: OpenConsole
  readonly access: readonly AccessLine[]
  readonly policies: readonly PolicyLine[]
  /** A deep link below `/console` for which there is no page. */
  readonly strayed?: string | undefined
}

/** A field of a question, which nothing keeps. */
export interface AskFieldShown {
  readonly name: string
  readonly label: string
  readonly help?: string | undefined
  readonly control: Control
  readonly limits: Limits
  readonly value: string
  readonly problem?: string | undefined
  /** Values that may be meant. */
  readonly suggestions?: readonly string[] | undefined
}

/** A question on the left, and on the right what is answered. Changes nothing. */
export interface AskContent {
  readonly kind: 'ask'
  readonly title: string
  readonly says: string
  /** `post` for questions that don't fit into an address. */
  readonly method: 'get' | 'post'
  readonly fields: readonly AskFieldShown[]
  /** Fields that are seldom needed, closed unless they hold something. */
  readonly more: readonly { readonly title: string; readonly fields: readonly AskFieldShown[] }[]
  readonly hidden?: Readonly<Record<string, string>> | undefined
  /** Other pages that help with the question. */
  readonly links?: readonly Action[] | undefined
  readonly button: string
  /** Further buttons, which send the question with a value besides. */
  readonly others?:
    | readonly { readonly text: string; readonly name: string; readonly value: string }[]
    | undefined
  readonly answers: readonly Section[]
  /**
   * A button below the first answer that sends these fields to another page of the console, as its
   * own form would.
   */
  readonly onward?:
    | {
        readonly text: string
        readonly href: string
        readonly fields: Readonly<Record<string, string>>
      }
    | undefined
  /** The page looks there for what is not done yet. */
  readonly again?: Again | undefined
  /** What stands there before anything is asked. */
  readonly empty: string
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
}

/** A file to keep, in place of a page. */
export interface FileContent {
  readonly kind: 'file'
  readonly name: string
  readonly type: 'application/yaml' | 'application/json' | 'text/csv'
  readonly text: string
}
