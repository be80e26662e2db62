import type { Caller } from '../../sessions/caller.ts'

/** The ARN of a service of the settings, in the account of who runs it. */
export function serviceArn({ partition, account }: Caller, prefix: string): string {
  return `arn:${partition}:gatehouse::${account}:service/${prefix}`
}
