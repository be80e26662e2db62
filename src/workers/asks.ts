import type { CheckedSettings } from '../config/load.ts'
import type { CheckOutcome } from '../http/routes/health.ts'
import type { MetricFigures } from './metrics.ts'

/** How a worker begins. */
export interface Beginning {
  readonly checked: CheckedSettings
  readonly newStore?: boolean | undefined
  /** The number of the worker, from 1; the first one does what one process of a node has to. */
  readonly number: number
  /** Others serve already. */
  readonly joins: boolean
}

/** What the primary asks of a worker: what is given, and what is answered. */
interface Questions {
  /** Opens everything and listens. Answers the address. */
  begin: { given: Beginning; answer: string }
  reload: { given: CheckedSettings; answer: unknown }
  readiness: { given: undefined; answer: readonly CheckOutcome[] }
  metrics: { given: undefined; answer: readonly MetricFigures[] }
  /** Drains, and closes everything. */
  stop: { given: { readonly idleMs: number; readonly timeoutMs: number }; answer: unknown }
  /** Ends the waiting of `stop` for others. */
  hurry: { given: undefined; answer: unknown }
}
type Name = keyof Questions
type Given<N extends Name> = Questions[N]['given']
type Answer<N extends Name> = Questions[N]['answer']
/** How a worker answers. */
export type Asks = { readonly [N in Name]: (given: Given<N>) => Promise<Answer<N>> }

interface Asked {
  readonly ask: number
  readonly name: Name
  readonly given: unknown
}
interface Told {
  readonly answer: number
  readonly value?: unknown
  readonly failed?: Failure
}
/** What of an error crosses to the primary: a message for the operator, and the system's code. */
interface Failure {
  readonly message: string
  readonly code?: string | undefined
  readonly port?: number | undefined
}

/** One end of the channel between two processes of a node. */
export interface End {
  send(message: unknown, done: (error: Error | null) => void): unknown
  on(event: 'message', heard: (message: unknown) => void): unknown
}

export interface Asking {
  /** Rejects with what went wrong there, after `withinMs`, or when the worker is gone. */
  ask<N extends Name>(name: N, given: Given<N>, withinMs?: number): Promise<Answer<N>>
  /** Call when the worker is gone: everything that is still asked rejects. */
  gone(): void
}

/** Asks at the primary's end. */
export function asking(end: End): Asking {
  const waiting = new Map<number, Pick<PromiseWithResolvers<never>, 'resolve' | 'reject'>>()
  let asked = 0
  let isGone = false
  end.on('message', (message) => {
    const { answer, value, failed } = message as Partial<Told>
    if (answer === undefined) return
    const one = waiting.get(answer)
    if (failed) one?.reject(Object.assign(new Error(failed.message), failed))
    else one?.resolve(value as never)
  })
  return {
    async ask<N extends Name>(name: N, given: Given<N>, withinMs?: number) {
      if (isGone) throw new Error('the worker is gone')
      const one = Promise.withResolvers<Answer<N>>()
      const id = asked++
      waiting.set(id, one)
      const late = () => one.reject(new Error(`the worker did not answer within ${withinMs} ms`))
      const timer = withinMs === undefined ? undefined : setTimeout(late, withinMs)
      const message: Asked = { ask: id, name, given }
      end.send(message, (error) => error && one.reject(error))
      try {
        return await one.promise
      } finally {
        clearTimeout(timer)
        waiting.delete(id)
      }
    },
    gone() {
      isGone = true
      for (const one of waiting.values()) one.reject(new Error('the worker is gone'))
    },
  }
}

/** Answers at the worker's end. */
export function answering(end: End, asks: Asks): void {
  end.on('message', (message) => {
    const { ask, name, given } = message as Partial<Asked>
    if (ask === undefined || name === undefined) return
    const handle = asks[name] as (given: unknown) => Promise<unknown>
    const tell = (told: Omit<Told, 'answer'>) => {
      // A primary that is gone asks nothing more, and the worker ends.
      end.send({ answer: ask, ...told } satisfies Told, () => undefined)
    }
    handle(given).then(
      (value) => tell({ value }),
      (error: unknown) => tell({ failed: failureOf(error) }),
    )
  })
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) }
  const { message, code, port } = error as NodeJS.ErrnoException & { port?: number }
  return { message, code, port }
}
