import { secondsWriter } from '../kernel/clock.ts'
import type { Shape } from './model.ts'

/** CloudTrail's text for values that a trail must not contain. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'
const longestText = 4096
/**
 * Dates are written here, because JSON.stringify takes longer for them than for the rest of an
 * event.
 */
const timestamp = secondsWriter()

/**
 * An input or output for the audit trail: with CloudTrail's member names, without sensitive
 * members, long texts cut. Contains only members that the model names.
 */
export function redacted(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (shape.sensitive) return hidden
  switch (shape.type) {
    case 'structure': {
      const kept: Record<string, unknown> = {}
      for (const member of shape.members) {
        const inner = (value as Readonly<Record<string, unknown>>)[member.name]
        if (inner !== undefined) kept[member.auditName] = redacted(member.shape, inner)
      }
      return kept
    }
    case 'list':
      return (value as readonly unknown[]).map((inner) => redacted(shape.of!, inner))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, redacted(shape.of!, inner)]),
      )
    case 'string':
      return (value as string).length > longestText
        ? `${(value as string).slice(0, longestText)}…`
        : value
    case 'blob':
      return hidden
    case 'timestamp':
      return timestamp(value as Date)
    default:
      return value
  }
}
