import { findPartition, type Partition, partitionOfRegion } from '../kernel/partitions.ts'

/** Throws for a partition that Gatehouse does not know, which the settings refuse. */
function partitionOf(name: string): Partition {
  const found = findPartition(name)
  if (!found) throw new Error(`there is no partition \`${name}\``)
  return found
}

/** Whether AWS has the region in the partition. The isolated ones (`us-iso…`) are in none here. */
export function hasRegion(partition: string, region: string): boolean {
  return partitionOfRegion(region) === partition && !/^(?:us|eu)-iso/.test(region)
}

/**
 * The regional STS. Tokens of the global one are not good in opt-in regions (IAM user guide,
 * "Manage AWS STS in an AWS Region").
 */
export function stsEndpoint(partition: string, region: string): string {
  return `https://sts.${region}.${partitionOf(partition).suffix}`
}

/** The federation endpoint. */
export function federationEndpoint(partition: string, region: string): string {
  const { signIn, regionalSignIn, mainRegion } = partitionOf(partition)
  const regional =
    regionalSignIn === 'always' || (regionalSignIn === 'but-main' && region !== mainRegion)
  return `https://${regional ? `${region}.` : ''}${signIn}/federation`
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
  const console = findPartition(partition)?.console
  if (!console || url?.protocol !== 'https:' || url.port !== '') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  url.hostname = url.hostname.replace(/^\d{12}-[a-z0-9]{1,32}\./, '')
  const isConsole = url.hostname === console || url.hostname.endsWith(`.${console}`)
  return isConsole ? url.href : undefined
}
