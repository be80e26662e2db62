/** Where a partition of AWS has its services (AWS General Reference, "Service endpoints"). */
export interface Partition {
  /** Whether a region belongs to it. */
  readonly regions: RegExp
  /** The host of its STS, after `sts.REGION.`. */
  readonly suffix: string
  /** Signs in to its console, after `REGION.`. */
  readonly signIn: string
  readonly console: string
}

const partitions: Readonly<Record<string, Partition>> = {
  aws: {
    regions: /^(?!us-gov-|cn-|us-iso|eusc-)/,
    suffix: 'amazonaws.com',
    signIn: 'signin.aws.amazon.com',
    console: 'console.aws.amazon.com',
  },
  'aws-us-gov': {
    regions: /^us-gov-/,
    suffix: 'amazonaws.com',
    signIn: 'signin.amazonaws-us-gov.com',
    console: 'console.amazonaws-us-gov.com',
  },
  'aws-cn': {
    regions: /^cn-/,
    suffix: 'amazonaws.com.cn',
    signIn: 'signin.amazonaws.cn',
    console: 'console.amazonaws.cn',
  },
}

/** Throws for a partition that AWS does not have, which the settings refuse. */
export function partitionOf(name: string): Partition {
  const found = Object.hasOwn(partitions, name) ? partitions[name] : undefined
  if (!found) throw new Error(`there is no partition \`${name}\``)
  return found
}

/**
 * The regional STS. Tokens of the global one are not good in opt-in regions (IAM user guide,
 * "Manage AWS STS in an AWS Region").
 */
export function stsEndpoint(partition: string, region: string): string {
  return `https://sts.${region}.${partitionOf(partition).suffix}`
}

/** The federation endpoint. The one of us-east-1 has no region in its name. */
export function federationEndpoint(partition: string, region: string): string {
  const { signIn } = partitionOf(partition)
  const place = partition === 'aws' && region !== 'us-east-1' ? `${region}.` : ''
  return `https://${place}${signIn}/federation`
}

const mostCharacters = 2048
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const suspicious = /[\u0000-\u0020\u007f-\u009f\\\u2028\u2029]/

/**
 * The page of AWS's console that `wanted` names, where that is one of the partition: the home page
 * of the region otherwise. Takes the account out of a host of several sessions in one browser,
 * which is of one browser and one session.
 */
export function consolePage(
  wanted: string | undefined,
  { partition, region }: { readonly partition: string; readonly region: string },
): string {
  const home = `https://${region}.${partitionOf(partition).console}/console/home?region=${region}`
  return consoleLink(wanted, partition) ?? home
}

/** The address of a page of the partition's console; undefined for any other address. */
export function consoleLink(wanted: string | undefined, partition: string): string | undefined {
  if (wanted === undefined || wanted.length > mostCharacters || suspicious.test(wanted))
    return undefined
  // The employee's commands run on Node 20, which has no URL.parse.
  const url = URL.canParse(wanted) ? new URL(wanted) : undefined
  const console = Object.hasOwn(partitions, partition) && partitions[partition]?.console
  if (!console || url?.protocol !== 'https:' || url.port !== '') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  url.hostname = url.hostname.replace(/^\d{12}-[a-z0-9]{1,32}\./, '')
  const isConsole = url.hostname === console || url.hostname.endsWith(`.${console}`)
  return isConsole ? url.href : undefined
}
