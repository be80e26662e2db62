import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { managedDocument } from './managed-document.ts'
import { managedPolicy } from './managed-policy.ts'
import { versionShape } from './policy-shape.ts'

const tooManyVersions =
  `A managed policy can have up to ${quotas.versionsPerPolicy} versions. ` +
  'Before you create a new version, you must delete an existing version.'

/** Version numbers only increase: the number of a deleted version is not used again. */
export const createPolicyVersion = operation(iamModel('CreatePolicyVersion'), {
  writes: true,
  locate: (input, call, reads) => managedPolicy.find(input, call, reads),
  authorize: (input, call, found) => managedPolicy.target(input, call, found),

  async handle(input, call, found, writes) {
    const { PolicyDocument, SetAsDefault = false } = input
    const record = managedPolicy.changeable(input, call, found)
    const document = managedDocument(PolicyDocument, call)
    if (record.versions.length >= quotas.versionsPerPolicy) {
      throw call.fault('LimitExceeded', tooManyVersions)
    }
    const lastVersion = (record.lastVersion ?? record.versions.length) + 1
    const version = { id: `v${lastVersion}`, document, createdAt: call.now.toISOString() }
    const defaultVersion = SetAsDefault ? version.id : record.defaultVersion
    const versions = [...record.versions, version]
    await managedPolicy.save(writes, {
      ...record,
      defaultVersion,
      lastVersion,
      versions,
    })
    return { PolicyVersion: versionShape(version, defaultVersion) }
  },
})
