/** The six parts of an ARN (IAM user guide, "IAM identifiers"). */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Splits at the first five colons; undefined when `text` is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(':')
  if (parts.length < 6 || parts[0] !== 'arn' || !parts[1] || !parts[2]) return undefined
  return {
    partition: parts[1],
    service: parts[2],
    region: parts[3] ?? '',
    account: parts[4] ?? '',
    resource: parts.slice(5).join(':'),
  }
}

export type IamKind =
  | 'user'
  | 'group'
  | 'role'
  | 'policy'
  | 'mfa'
  | 'u2f'
  | 'instance-profile'
  | 'server-certificate'
  | 'saml-provider'
  | 'oidc-provider'
  | 'ldap-provider'
  | 'file-provider'

/** The ARN of an IAM entity. `path` starts and ends with a slash; the default is `/`. */
export function iamArn(
  { partition, account }: { readonly partition: string; readonly account: string },
  kind: IamKind,
  name: string,
  path = '/',
): string {
  return `arn:${partition}:iam::${account}:${kind}${path}${name}`
}

export function rootArn(partition: string, account: string): string {
  return `arn:${partition}:iam::${account}:root`
}

/** The ARN of an assumed-role session. A role's path is not part of it. */
export function assumedRoleArn(
  partition: string,
  account: string,
  roleName: string,
  session: string,
): string {
  return `arn:${partition}:sts::${account}:assumed-role/${roleName}/${session}`
}

export function federatedUserArn(partition: string, account: string, name: string): string {
  return `arn:${partition}:sts::${account}:federated-user/${name}`
}
