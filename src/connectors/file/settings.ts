import { z } from 'zod'
import { parseArgon2id } from '../../kernel/argon2id.ts'
import { foldName } from '../fold-name.ts'

const text = z
  .string()
  .min(1)
  .max(1024)
  .refine((value) => value === value.trim(), 'expected no spaces at either end')

const person = z.strictObject({
  username: text.max(128).describe('The name to sign in with; case does not matter'),
  passwordHash: z
    .string()
    .refine(
      (value) => parseArgon2id(value) !== undefined,
      'expected an argon2id hash: `$argon2id$v=19$m=…,t=…,p=…$…$…`',
    )
    .describe('argon2id in PHC form, as `gatehouse hash-password` prints it'),
  subject: text
    .max(256)
    .optional()
    .describe('Stable for the life of the person; default: the username in lower case'),
  displayName: text.optional().describe('What pages call the person; default: the username'),
  attributes: z
    .record(text.max(128), z.union([z.string(), z.array(z.string())]))
    .default({})
    .describe('What mappings can read, each a text or a list of texts'),
  groups: z.array(text).default([]).describe('Group names'),
  disabled: z.boolean().default(false).describe('Keeps the person out without forgetting them'),
})

/**
 * Settings of a `file` connector: people and argon2id hashes in the settings themselves, for demos
 * and emergency access.
 */
export const fileSettings = z.strictObject({
  label: text.max(80).describe('What the sign-in page calls this way'),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'expected a 12-digit account'))
    .min(1)
    .describe('The accounts that this connector serves'),
  people: z.array(person).min(1).superRefine(distinct).describe('Who can sign in'),
  leastRefusalMs: z
    .int()
    .min(0)
    .max(10_000)
    .default(500)
    .describe('A refusal is never told sooner than this, in milliseconds'),
})

export type FileSettings = z.output<typeof fileSettings>
export type FilePerson = z.output<typeof person>

/**
 * The subject is the folded name by default, so that another spelling of the name is the same
 * person.
 */
export function subjectOf({ username, subject }: Pick<FilePerson, 'username' | 'subject'>): string {
  return subject ?? foldName(username)
}

function distinct(people: readonly FilePerson[], context: z.RefinementCtx): void {
  const names = new Set<string>()
  const subjects = new Set<string>()
  for (const [index, { username, subject }] of people.entries()) {
    const name = foldName(username)
    const key = subjectOf({ username, subject })
    if (names.has(name))
      context.addIssue({
        code: 'custom',
        path: [index, 'username'],
        message: `\`${username}\` is there already`,
      })
    else if (subjects.has(key))
      context.addIssue({
        code: 'custom',
        path: [index, 'subject'],
        message: `\`${key}\` is the subject of another person`,
      })
    names.add(name)
    subjects.add(key)
  }
}
