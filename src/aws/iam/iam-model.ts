import { iamService } from '../../reference/aws/iam.gen.ts'
import type { Operations } from '../../reference/aws/iam-shapes.gen.ts'
import { linkModel, type Model } from '../model.ts'

/** Returns the model of an IAM operation, with its types. */
export function iamModel<N extends keyof Operations>(
  name: N,
): Model<Operations[N]['in'], Operations[N]['out'], Operations[N]['code']> {
  return linkModel(iamService, name)
}
