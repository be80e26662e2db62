import type { OpenConsole } from '../sign-in/console.ts'
import type { Denial } from './call.ts'
import type { Cell } from './cells.ts'
import type { GraphShown, LayerShown } from './explained.ts'
import type { FacetShown, FilterShown } from './filters-shown.ts'
import type { AccessLine, PolicyLine } from './permissions-summary.ts'

/**
 * The content of pages as data, which `views/console` renders. Texts are plain text, never HTML,
 * whatever characters they hold.
 */

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

export type Terms = readonly (readonly [label: string, value: Cell])[]

export interface HomeContent {
  readonly kind: 'home'
  readonly title: string
  readonly session: OpenConsole
  readonly access: readonly AccessLine[]
  readonly policies: readonly PolicyLine[]
  /** A deep link below `/console` for which there is no page. */
  readonly strayed?: string | undefined
}

/** A file to keep, in place of a page. */
export interface FileContent {
  readonly kind: 'file'
  readonly name: string
  readonly type: 'application/yaml' | 'application/json' | 'text/csv'
  readonly text: string
}
