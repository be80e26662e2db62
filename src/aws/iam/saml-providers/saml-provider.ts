import { iamArn } from '../../../kernel/arn.ts'
import { NoPlace } from '../../../kernel/places.ts'
import type { SamlProviderRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'
import { arnEntity, parseIamArn } from '../arn-entity.ts'

export interface SamlProviderPorts {
  /**
   * Reads metadata, `sent` with the call or `stored`; for invalid metadata the message states the
   * problem. Does not compare the end with any time. Rejects with NoPlace when too many wait.
   */
  readonly readMetadata: (
    text: string,
    from: 'sent' | 'stored',
  ) => Promise<
    | { readonly ok: true; readonly validUntil?: Date | undefined }
    | { readonly ok: false; readonly message: string }
  >
  /**
   * Encrypts a private key in PEM with the key ring. Returns undefined for a key that can't decrypt
   * assertions.
   */
  readonly sealKey: (pem: string) => string | undefined
}

/** Access for operations to the SAML provider named by an ARN. */
export const samlProvider = arnEntity({
  kind: 'samlProvider',
  member: 'SAMLProviderArn',
  parse(arn, call: Call<'InvalidInput' | 'NoSuchEntity'>) {
    const parsed = parseIamArn(arn, call, /^saml-provider\/([\w._-]{1,128})$/)
    if (parsed) return { account: parsed.account, key: parsed.name.toLowerCase() }
    const message = `Invalid ARN: ${arn} is not the ARN of a SAML provider.`
    throw call.fault('InvalidInput', message)
  },
  keyOf: ({ name }) => name.toLowerCase(),
  arnOf: (record, partition) => samlProviderArn(partition, record),
  missing: (arn) => `SAML provider ${arn} cannot be found.`,
})

export function samlProviderArn(
  partition: string,
  { account, name }: Pick<SamlProviderRecord, 'account' | 'name'>,
): string {
  return iamArn({ partition, account }, 'saml-provider', name)
}

type Ports = Pick<SamlProviderPorts, 'readMetadata'>

/** Throws InvalidInput, ServiceUnavailable. */
export async function checkMetadata(
  text: string,
  ports: Ports,
  { fault, now }: Pick<Call<'InvalidInput'>, 'fault' | 'now'>,
): Promise<void> {
  const read = await readOrRefuse(text, 'sent', { ports, fault })
  const expired = read.ok && read.validUntil !== undefined && read.validUntil <= now
  const problem = read.ok ? 'the metadata have expired' : read.message
  if (!read.ok || expired) throw fault('InvalidInput', `Could not parse metadata: ${problem}`)
}

/** The end of a provider's metadata. Throws ServiceUnavailable. */
export async function validUntilOf(
  { metadata }: Pick<SamlProviderRecord, 'metadata'>,
  ports: Ports,
  { fault }: Pick<Call<never>, 'fault'>,
): Promise<Date | undefined> {
  const read = await readOrRefuse(metadata, 'stored', { ports, fault })
  return read.ok ? read.validUntil : undefined
}

async function readOrRefuse(
  text: string,
  from: 'sent' | 'stored',
  { ports, fault }: { readonly ports: Ports } & Pick<Call<never>, 'fault'>,
) {
  try {
    return await ports.readMetadata(text, from)
  } catch (error) {
    if (!(error instanceof NoPlace)) throw error
    throw fault('ServiceUnavailable', 'Too many metadata documents wait. Try again in a moment.')
  }
}
