import { z } from 'zod'
import { duration } from './duration.ts'

/** The section `terminal`: the client of the OpenID provider that the command itself is. */
export const terminal = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'People may sign in at the terminal. The browser asks them, and only a program ' +
          'on their own device gets the answer',
      ),
    device: z
      .boolean()
      .default(false)
      .describe(
        'Also by a code, with a browser on another computer (over SSH). A stranger may send a ' +
          'code to a person, and has all their roles when they confirm it: off by default',
      ),
    lifetime: duration(300, 604_800)
      .default(43_200)
      .describe(
        'A sign-in at the terminal counts for this long after the person proved themselves, and ' +
          'never longer than `session.lifetime`; default 12h',
      ),
    idle: duration(300, 604_800)
      .default(43_200)
      .describe('It ends earlier when it is not used for this long; default 12h'),
  })
  .transform(({ enabled, device, lifetime, idle }) => ({
    enabled,
    device,
    lifetimeSeconds: lifetime,
    idleSeconds: idle,
  }))
