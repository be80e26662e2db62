import type { Shape } from './model.ts'

/**
 * The input of a call again, from the parameters in its audit event (redact.ts): with the model's
 * member names. Members that were hidden or cut are as the event has them. Returns undefined for
 * what is not of the shape, such as parameters that were left out for their size.
 */
export function recordedInput(shape: Shape, recorded: unknown): unknown {
  switch (shape.type) {
    case 'structure':
      return isObject(recorded) ? structure(shape, recorded) : undefined
    case 'list':
      return Array.isArray(recorded)
        ? recorded.map((one) => recordedInput(shape.of!, one))
        : undefined
    case 'map':
      return isObject(recorded)
        ? Object.fromEntries(
            Object.entries(recorded).map(([key, one]) => [key, recordedInput(shape.of!, one)]),
          )
        : undefined
    case 'timestamp':
      return typeof recorded === 'string' ? new Date(recorded) : undefined
    default:
      return recorded
  }
}

function structure(shape: Shape, recorded: Readonly<Record<string, unknown>>): unknown {
  const entries = shape.members.flatMap((member): [string, unknown][] => {
    const value = recorded[member.auditName]
    return value === undefined ? [] : [[member.name, recordedInput(member.shape, value)]]
  })
  return Object.fromEntries(entries)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
