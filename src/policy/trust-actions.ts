import type { Policy } from './policy.ts'
import type { Question } from './question.ts'

/**
 * The first action of a trust policy that is not of `sts`, so can't assume a role; undefined when
 * there is none. IAM refuses such a policy.
 */
export function actionOutsideSts({ statements }: Policy): string | undefined {
  return statements
    .flatMap(({ actions }) => actions.values)
    .find(({ text }) => !/^sts:/i.test(text))?.text
}

const taking = /^sts:(?:assumerole(?:with[a-z]+)?|tagsession|setsourceidentity|setcontext)$/i
const role = /^arn:[^:]*:iam:[^:]*:[^:]*:role\//

/** Whether the trust policy of the role in question has to allow the action. */
export function takesRole({ action, resource }: Pick<Question, 'action' | 'resource'>): boolean {
  return taking.test(action) && (resource === '*' || role.test(resource))
}
