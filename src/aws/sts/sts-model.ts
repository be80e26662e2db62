import { stsService } from '../../reference/aws/sts.gen.ts'
import type { Operations } from '../../reference/aws/sts-shapes.gen.ts'
import { linkModel, type Model } from '../model.ts'

/** Returns the model of an STS operation, with its types. */
export function stsModel<N extends keyof Operations>(
  name: N,
): Model<Operations[N]['in'], Operations[N]['out'], Operations[N]['code']> {
  return linkModel(stsService, name)
}
