import type { AttachedPermissionsBoundary } from '../../../reference/aws/iam-shapes.gen.ts'

type Answered = { readonly [K in keyof AttachedPermissionsBoundary]?: string }

/**
 * Returns a boundary in the form of the API (IAM API reference, "AttachedPermissionsBoundary"). The
 * service returns the type `Policy`, which is not in the enum of its model.
 */
export function boundaryShape(arn: string | undefined): AttachedPermissionsBoundary | undefined {
  if (arn === undefined) return undefined
  const shape: Answered = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn }
  return shape as AttachedPermissionsBoundary
}
