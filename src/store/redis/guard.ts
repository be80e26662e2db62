import { StoreFault } from '../store-fault.ts'
import type { Circuit } from './circuit.ts'
import { kindOf } from './faults.ts'
import { inTime, LateAnswer } from './in-time.ts'

/**
 * How a command ended. `late`: no answer in time. `failed`: the connection broke. `refused`: the
 * server's error. `unsent`: Redis was known to be away, or too much waited.
 */
export const outcomes = ['answered', 'late', 'failed', 'refused', 'unsent'] as const
export type Outcome = (typeof outcomes)[number]

export interface GuardFigures {
  readonly commands: Readonly<Record<Outcome, number>>
  /** Commands that wait for an answer. */
  readonly waiting: number
  /** Sum of the times of commands that were sent, in seconds. */
  readonly seconds: number
}

export interface Guard {
  /**
   * Sends a command of about so many bytes. Rejects with StoreFault when Redis can't be used, and
   * after the time limit: whether it has been done is not known then.
   */
  ask<T>(command: string, bytes: number, send: () => Promise<T>): Promise<T>
  figures(): GuardFigures
}

/** What may wait for answers at once; more fails at once instead of filling the memory. */
const [mostWaiting, mostBytes] = [10_000, 33_554_432]

interface GuardPorts {
  readonly circuit: Pick<Circuit, 'outage' | 'answered' | 'failed' | 'lost' | 'refused'>
  readonly limitMs: number
  /** For messages. */
  readonly name: string
}

/** Bounds commands in time, number and bytes, and tells the circuit how they end. */
export function createGuard({ circuit, limitMs, name }: GuardPorts): Guard {
  const commands = Object.fromEntries(outcomes.map((one) => [one, 0])) as Record<Outcome, number>
  let [waiting, waitingBytes, seconds] = [0, 0, 0]
  const unsent = (code: 'failing' | 'busy', reason: string): never => {
    commands.unsent++
    throw new StoreFault(code, `${name} cannot be used: ${reason}`)
  }
  const refuse = () => {
    const outage = circuit.outage()
    if (outage) {
      const forSeconds = Math.round((performance.now() - outage.since) / 1000)
      unsent('failing', `${outage.reason} (for ${forSeconds} s)`)
    }
    if (waiting >= mostWaiting || waitingBytes >= mostBytes)
      unsent('busy', `${waiting} commands wait for answers`)
  }
  const failed = (command: string, error: unknown): unknown => {
    const kind = kindOf(error)
    if (kind === 'bug') {
      commands.refused++
      circuit.answered()
      return error
    }
    const reason = error instanceof Error ? error.message : String(error)
    const fault = new StoreFault('failing', `${name}: ${command}: ${reason}`, { cause: error })
    if (kind === 'away') {
      commands[error instanceof LateAnswer ? 'late' : 'failed']++
      circuit.failed(fault)
      return fault
    }
    commands.refused++
    if (kind === 'refused') circuit.refused(fault)
    else circuit.lost(fault)
    return fault
  }
  return {
    async ask(command, bytes, send) {
      refuse()
      const began = performance.now()
      waiting++
      waitingBytes += bytes
      try {
        const answer = await inTime(send(), limitMs)
        commands.answered++
        circuit.answered()
        return answer
      } catch (error) {
        throw failed(command, error)
      } finally {
        waiting--
        waitingBytes -= bytes
        seconds += (performance.now() - began) / 1000
      }
    },
    figures: () => ({ commands: { ...commands }, waiting, seconds }),
  }
}
