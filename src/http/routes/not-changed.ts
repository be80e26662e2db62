import type { Problem } from '../../../views/message.ts'
import { words } from '../../../views/sign-in/user/words.ts'
import type { AwsFault } from '../../kernel/aws-fault.ts'

/** Why a password was not changed. IAM's sentences are for the person who chooses it. */
export function notChanged({ code, message }: AwsFault): Problem {
  if (code === 'Throttling') return words.tooManyTries
  if (code !== 'AccessDenied') return { title: words.notTaken, next: message, fields: true }
  return message.startsWith('The old password') ? words.oldIsWrong : words.mayNotChange
}
