import type { DocumentCheck } from '../../src/console/editor-shown.ts'
import type {
  ReferenceIndex,
  ServiceReference,
} from '../../src/console/policies/policy-reference.ts'

/** A finding as the server tells it. */
export type ToldFinding = Omit<DocumentCheck['findings'][number], 'code' | 'path'>
/** The edit that ends a finding. */
export type Mend = NonNullable<ToldFinding['mend']>

export interface Checked {
  readonly findings: readonly ToldFinding[]
  /** HTML that the server drew: what stands beside the document and below it. */
  readonly check: string
  readonly summary: string
}

/** Why the server did not answer as asked. */
export class AskFailure extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the server answered ${status}`)
    this.name = 'AskFailure'
    this.status = status
  }
}

/** What the form of the editor says about where to ask. */
export interface Asking {
  check(document: string): Promise<Checked>
  index(): Promise<ReferenceIndex>
  /** Undefined for a prefix that is no service. */
  service(prefix: string): Promise<ServiceReference | undefined>
}

/** Rejects with AskFailure, and with what `fetch` rejects with. Asks for each service once. */
export function askingOf(form: HTMLFormElement): Asking {
  const { checkAt = '', referenceAt = '', holder = '' } = form.dataset
  const services = new Map<string, Promise<ServiceReference | undefined>>()
  let index: Promise<ReferenceIndex> | undefined
  return {
    async check(document) {
      const csrf = form.querySelector<HTMLInputElement>('[name=_csrf]')?.value ?? ''
      const body = new URLSearchParams({ _csrf: csrf, holder, document })
      return (await answered(await fetch(checkAt, { method: 'POST', body }))) as Checked
    },
    index() {
      index ??= kept(fetch(referenceAt).then(answered) as Promise<ReferenceIndex>, () => {
        index = undefined
      })
      return index
    },
    service(prefix) {
      const known = services.get(prefix)
      if (known) return known
      const asked = kept(
        fetch(`${referenceAt}/${encodeURIComponent(prefix)}`).then((answer) =>
          answer.status === 404 ? undefined : (answered(answer) as Promise<ServiceReference>),
        ),
        () => services.delete(prefix),
      )
      services.set(prefix, asked)
      return asked
    },
  }
}

/** What failed is asked for again the next time. */
function kept<T>(asked: Promise<T>, forget: () => void): Promise<T> {
  asked.catch(forget)
  return asked
}

function answered(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new AskFailure(answer.status)
  return answer.json()
}
