import type { AttachedPolicy } from '../../../reference/aws/iam-shapes.gen.ts'
import type { Action, Call, Part } from '../../call.ts'
import type { Dependents } from '../../removal.ts'
import type { Task } from '../../tasks.ts'
import { words } from './words.ts'

/** Turns what a list operation answered into tasks; a withheld part stays withheld. */
export function eachOf<A extends Action, T>(
  title: string,
  part: Part<T>,
  tasks: (value: T) => readonly Task<A>[],
): Dependents<A> {
  return { title, part: 'denied' in part ? part : { value: tasks(part.value) } }
}

interface Removing<A extends Action> {
  detach(call: Call<A>, arn: string): Promise<unknown>
  remove(call: Call<A>, name: string): Promise<unknown>
}

/** The policies of a user, a group or a role. */
export function policyDependents<A extends Action>(
  attached: Part<{ readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined }>,
  inline: Part<{ readonly PolicyNames: readonly string[] }>,
  { detach, remove }: Removing<A>,
): readonly Dependents<A>[] {
  return [
    eachOf(words.attachedTitle, attached, ({ AttachedPolicies = [] }) =>
      AttachedPolicies.map(({ PolicyArn = '' }) => ({
        words: words.attached(PolicyArn),
        run: async (call) => {
          await detach(call, PolicyArn)
        },
      })),
    ),
    eachOf(words.inlineTitle, inline, ({ PolicyNames }) =>
      PolicyNames.map((name) => ({
        words: words.inline(name),
        run: async (call) => {
          await remove(call, name)
        },
      })),
    ),
  ]
}
