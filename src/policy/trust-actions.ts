import type { Policy } from './policy.ts'

/** The first action of a trust policy that takes no role, since it is none of `sts`; undefined when all are. IAM stores no such policy. */
export function actionOutsideSts({ statements }: Policy): string | undefined {
  return statements.flatMap(({ actions }) => actions.values).find(({ text }) => !/^sts:/i.test(text))?.text
}
