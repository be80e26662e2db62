import { z } from 'zod'

/** `audit`: the audit log. */
export const audit = z.strictObject({
  file: z.string().min(1).describe('Path of the audit log, a JSON line for each call and sign-in'),
  durability: z
    .enum(['buffered', 'flushed'])
    .default('buffered')
    .describe(
      'Whether the event of a read, a sign-in or an AssumeRole is on disk before its ' +
        'answer. The event of a write always is, because both are committed together',
    ),
  rotateAt: z
    .int()
    .min(1_048_576)
    .max(1_099_511_627_776)
    .default(268_435_456)
    .describe(
      'Bytes at which the audit log is followed by another; the old one gets the time into ' +
        'its name',
    ),
  keepFiles: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('How many old audit logs stay; absent: all of them'),
  index: z
    .boolean()
    .default(true)
    .describe(
      'Whether the audit log is indexed in the background, for searches in the console: ' +
        'some 300 bytes an event beside it. Without, the first search begins it',
    ),
  whenFailing: z
    .enum(['refuse', 'continue'])
    .optional()
    .describe(
      'What calls do while the audit log cannot be written; ' +
        'absent: writes are refused, all else goes on',
    ),
})
