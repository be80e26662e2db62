import { base32Of } from '../../../credentials/totp.ts'
import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import { keyUri } from '../../../kernel/key-uri.ts'
import { type Mfa, mfaDeviceKey } from '../../../sessions/mfa.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'

const seedBytes = 20
/** The model's limit for serial numbers: no request could name a device with a longer one. */
const mostSerialCharacters = 256

/**
 * Returns the seed, as text and as a picture for an authenticator app, only in this response; the
 * store keeps it encrypted.
 */
export function createVirtualMfaDevice({
  ids,
  mfa,
}: {
  readonly ids: Pick<Ids, 'random'>
  readonly mfa: Pick<Mfa, 'seal'>
}) {
  return operation(iamModel('CreateVirtualMFADevice'), {
    writes: true,

    authorize: ({ Path, Tags, VirtualMFADeviceName }, { account, caller }) =>
      creating(
        {
          resource: iamArn(
            { partition: caller.partition, account },
            'mfa',
            VirtualMFADeviceName,
            Path,
          ),
        },
        'iam:TagMFADevice',
        Tags,
      ),

    async handle({ Path = '/', Tags = [], VirtualMFADeviceName: name }, call, _found, writes) {
      const { account, caller, now, fault } = call
      const serialNumber = iamArn({ partition: caller.partition, account }, 'mfa', name, Path)
      if (serialNumber.length > mostSerialCharacters)
        throw fault(
          'InvalidInput',
          `The serial number ${serialNumber} would have more than ` +
            `${mostSerialCharacters} characters.`,
        )
      checkTags(Tags, call)
      if ((await writes.count('mfaDevice', account)) >= call.quotas.mfaDevices)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for VirtualMFADevicesPerAccount: ${call.quotas.mfaDevices}`,
        )
      const seed = ids.random(seedBytes)
      const inserted = await writes.insert('mfaDevice', account, mfaDeviceKey(serialNumber), {
        account,
        name,
        path: Path,
        serialNumber,
        sealedSeed: mfa.seal(seed),
        tags: Tags,
        createdAt: now.toISOString(),
        managedBy: 'api',
      })
      if (!inserted)
        throw fault(
          'EntityAlreadyExists',
          'MFADevice entity at the same path and name already exists.',
        )
      const text = base32Of(seed)
      const alias = (await writes.find('account', account, 'account'))?.alias ?? account
      return {
        VirtualMFADevice: {
          SerialNumber: serialNumber,
          Base32StringSeed: Buffer.from(text),
          QRCodePNG: await pictureOf(name, alias, text),
          Tags: Tags.length > 0 ? Tags : undefined,
        },
      }
    },
  })
}

/** Returns a PNG of the URI that authenticator apps read. */
async function pictureOf(name: string, account: string, seed: string): Promise<Buffer> {
  // Loaded here because only this operation uses it, so that it does not delay the start.
  const { default: qrcode } = await import('qrcode')
  return qrcode.toBuffer(keyUri({ name, account, seed }), {
    type: 'png',
    errorCorrectionLevel: 'M',
    scale: 6,
  })
}
