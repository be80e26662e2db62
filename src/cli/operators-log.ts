import { pino } from 'pino'
import { type Log, logEvents } from '../kernel/log.ts'
import { visibleText } from '../kernel/visible-text.ts'

/**
 * Writes the operator's log as JSON lines, from level `least` on: `msg` is the event's name,
 * `level` the level of its row (30 info, 40 warn, 50 error). `destination` is a file descriptor or
 * a path; `base` fields of every line. Each line is written before the call returns, so that none
 * is lost when the process ends.
 */
export function operatorsLog(
  least: 'info' | 'warn',
  destination: number | string,
  base: Readonly<Record<string, unknown>> | null = null,
): Log {
  const stream = pino.destination({ dest: destination, sync: true })
  const logger = pino(
    { level: least, base, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => stream.write(visibleText(line)) },
  )
  return (event, detail) => logger[logEvents[event].level](detail, event)
}
