import { z } from 'zod'

/**
 * A secret that servers are asked for: written here (by reference), or read anew for each
 * connection, so that it can change while Gatehouse runs.
 */
export const secretSource = z.union([
  z.string().min(1).max(4096).describe('The secret. Give it by reference'),
  z.strictObject({
    file: z.string().min(1).describe('Path of a file that holds it, read for each connection'),
  }),
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable')
      .describe('Name of an environment variable that holds it'),
  }),
  z.strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe('Program and arguments, run for each connection without a shell; prints it'),
  }),
])
