/** A value of a policy document. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }
export type Written = { readonly [key: string]: Json }

/** One statement written otherwise, or removed; `add`: one more. */
export interface StatementEdit {
  readonly statement: number | 'add'
  readonly to: (written: Written) => Written | undefined
}

/** A document that parses; a statement may stand alone, without a list. */
interface Document {
  readonly Statement: Written | readonly Written[]
}

function statementsOf({ Statement }: Document): readonly Written[] {
  return [Statement].flat() as readonly Written[]
}

/** One statement of a policy that parses, to be read. */
export function jsonOf(text: string, statement: number): string {
  return JSON.stringify(statementsOf(JSON.parse(text) as Document)[statement], null, 2)
}

/** The text of a policy that parses, edited. Undefined where no statement is left. */
export function documentWith(text: string, edits: readonly StatementEdit[]): string | undefined {
  const document = JSON.parse(text) as Document
  const kept = statementsOf(document).flatMap((written, i) => {
    const own = edits.filter(({ statement }) => statement === i)
    return own.reduce<Written | undefined>((one, { to }) => one && to(one), written) ?? []
  })
  const added = edits
    .filter(({ statement }) => statement === 'add')
    .flatMap(({ to }) => to({}) ?? [])
  const all = [...kept, ...added]
  return all.length === 0 ? undefined : JSON.stringify({ ...document, Statement: all })
}
