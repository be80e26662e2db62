import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'
import { managedDocument } from './managed-document.ts'
import { changeablePolicy, findPolicy, policyTarget } from './policy-access.ts'
import { versionShape } from './policy-shape.ts'

const tooManyVersions = `A managed policy can have up to ${quotas.versionsPerPolicy} versions. `
  + 'Before you create a new version, you must delete an existing version.'

/** Versions are counted on: the number of a deleted one does not come back. */
export const createPolicyVersion = operation(iamModel('CreatePolicyVersion'), {
  writes: true,
  locate: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  authorize: ({ PolicyArn }, call, found) => policyTarget(PolicyArn, call, found),

  async handle({ PolicyArn, PolicyDocument, SetAsDefault = false }, call, found, writes) {
    const record = changeablePolicy(found, PolicyArn, call)
    const document = managedDocument(PolicyDocument, call)
    if (record.versions.length >= quotas.versionsPerPolicy) {
      throw call.fault('LimitExceeded', tooManyVersions)
    }
    const lastVersion = (record.lastVersion ?? record.versions.length) + 1
    const version = { id: `v${lastVersion}`, document, createdAt: call.now.toISOString() }
    const defaultVersion = SetAsDefault ? version.id : record.defaultVersion
    const versions = [...record.versions, version]
    await writes.update('policy', call.account, record.name.toLowerCase(), { ...record, defaultVersion, lastVersion, versions })
    return { PolicyVersion: versionShape(version, defaultVersion) }
  },
})
