import { DOMParser } from '@xmldom/xmldom'
import type { PlainUser, PlainUsers } from './plain-users.ts'

type Call = (parameters: Readonly<Record<string, string>>) => Promise<string>

/** Reads all users of the account, over the wire, with their inline policies and tags. */
export async function storedUsers(call: Call): Promise<PlainUsers> {
  const users = new Map<string, PlainUser>()
  for (let marker: string | undefined; ; ) {
    const xml = await call({
      Action: 'GetAccountAuthorizationDetails',
      'Filter.member.1': 'User',
      MaxItems: '1000',
      ...(marker !== undefined && { Marker: marker }),
    })
    const page = new DOMParser().parseFromString(xml, 'text/xml').documentElement!
    for (const user of members(page, 'UserDetailList'))
      users.set(text(user, 'UserName'), plain(user))
    if (!xml.includes('<IsTruncated>true<')) return users
    marker = text(page, 'Marker')
  }
}

type XmlElement = NonNullable<ReturnType<DOMParser['parseFromString']>['documentElement']>

function plain(user: XmlElement): PlainUser {
  const policies = members(user, 'UserPolicyList').map((one): [string, string] => [
    text(one, 'PolicyName'),
    decodeURIComponent(text(one, 'PolicyDocument')),
  ])
  const tags = members(user, 'Tags').map((one): [string, string] => [
    text(one, 'Key'),
    text(one, 'Value'),
  ])
  return { policies: new Map(policies), tags: new Map(tags) }
}

function members(within: XmlElement, list: string): readonly XmlElement[] {
  const found = within.getElementsByTagName(list).item(0)
  const children = Array.from(found?.childNodes ?? [])
  return children.filter((node) => node.nodeName === 'member') as XmlElement[]
}

function text(within: XmlElement, name: string): string {
  return within.getElementsByTagName(name).item(0)?.textContent ?? ''
}
