import type { Page } from 'playwright-core'
import { openRig, type Rig } from '../console/rig.ts'
import { iamCall } from './broker.ts'
import { roleButton, signInAt } from './chromium.ts'

/** A page of the console that the docs show. */
export interface ConsoleScene {
  readonly name: string
  readonly colorScheme?: 'dark'
  /** Its address, with what the account holds. */
  at(world: ConsoleWorld): string
  /** What a person does there before it is looked at. */
  prepare?(page: Page): Promise<unknown>
}

/** An account with people, roles that trust each other, and a call that was refused. */
export interface ConsoleWorld extends AsyncDisposable {
  readonly rig: Rig
  /** The request id of the refused call. */
  readonly refused: string
}

const account = '111122223333'
const policyArn = `arn:aws:iam::${account}:policy/PhotoDesk`
const policyPage = `/console/policies/${encodeURIComponent(policyArn.replaceAll('/', '~1'))}/edit`

const visual = async (page: Page) => {
  await page.getByRole('button', { name: 'Visual' }).click()
  await page.getByLabel('Name (Sid)').first().waitFor()
}
const newTrust = trust('iam', 'AWS', `arn:aws:iam::${account}:role/DeployBot`)

export const consoleScenes: readonly ConsoleScene[] = [
  { name: 'console-users', at: () => '/console/users' },
  {
    name: 'console-editor',
    at: () => policyPage,
    prepare: (page) => page.locator('.cm-content').waitFor(),
  },
  { name: 'console-visual', at: () => policyPage, prepare: visual },
  { name: 'console-visual-dark', colorScheme: 'dark', at: () => policyPage, prepare: visual },
  {
    name: 'console-simulator',
    at: () =>
      '/console/simulator?principal=user/mei-ling.chen&actions=s3:GetObject%0As3:DeleteObject' +
      '&resources=arn:aws:s3:::photos/2026/a.jpg&context=aws:SourceIp%20=%20203.0.113.24',
  },
  { name: 'console-why', at: ({ refused }) => `/console/why?event=${refused}` },
  {
    name: 'console-why-dark',
    colorScheme: 'dark',
    at: ({ refused }) => `/console/why?event=${refused}`,
  },
  { name: 'console-who-can', at: () => '/console/who-can?action=iam:DeleteRole' },
  { name: 'console-role-graph', at: () => '/console/role-graph?near=Release' },
  { name: 'console-audit', at: () => '/console/audit' },
  { name: 'console-tree', at: ({ refused }) => `/console/audit/${refused}/sign-in` },
  { name: 'console-reports', at: () => '/console/reports' },
  {
    name: 'console-trust',
    at: () => '/console/roles/Release/trust',
    async prepare(page) {
      await page.locator('textarea[name=PolicyDocument]').fill(newTrust)
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByRole('heading', { name: 'Who is let in newly' }).waitFor()
    },
  },
  { name: 'console-my-access', at: () => '/portal/access' },
]

function trust(of: string, kind: string, who: string): string {
  const Action = of === 'iam' ? 'sts:AssumeRole' : 'sts:AssumeRoleWithSAML'
  const statement = { Effect: 'Allow', Principal: { [kind]: who }, Action }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)
}

export async function openConsoleWorld(startsAt: Date): Promise<ConsoleWorld> {
  const rig = await openRig({}, {}, '', startsAt)
  await makePeople(rig)
  await makeRoles(rig)
  await rig.iam('GenerateCredentialReport', {})
  return {
    rig,
    refused: await refusedCall(rig),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  }
}

const photos = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Photos',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: 'arn:aws:s3:::photos/*',
        Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      },
      { Sid: 'Look', Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' },
    ],
  },
  null,
  2,
)

async function makePeople({ iam, running }: Rig): Promise<void> {
  await iam('CreatePolicy', { PolicyName: 'PhotoDesk', PolicyDocument: photos })
  for (const GroupName of ['Photographers', 'Reception']) await iam('CreateGroup', { GroupName })
  await iam('AttachGroupPolicy', { GroupName: 'Photographers', PolicyArn: policyArn })
  const people = ['amina.okafor', 'jonas.weber', 'mei-ling.chen', 'nadia.haddad', 'robot.backup']
  for (const UserName of people) {
    running.clock.pass(3600)
    await iam('CreateUser', { UserName, Path: UserName.startsWith('robot') ? '/robots/' : '/' })
    if (!UserName.startsWith('robot'))
      await iam('AddUserToGroup', { UserName, GroupName: 'Photographers' })
  }
  await iam('CreateLoginProfile', { UserName: 'mei-ling.chen', Password: 'Long-enough-2026' })
}

async function makeRoles({ iam }: Rig): Promise<void> {
  const root = `arn:aws:iam::${account}:root`
  const make = (RoleName: string, AssumeRolePolicyDocument: string) =>
    iam('CreateRole', { RoleName, AssumeRolePolicyDocument })
  await make('DeployBot', trust('iam', 'Service', 'ec2.amazonaws.com'))
  await make('Release', trust('iam', 'AWS', root))
  await make('Reviewer', trust('iam', 'AWS', `arn:aws:iam::${account}:role/Release`))
  await make('Partner', trust('iam', 'AWS', 'arn:aws:iam::444455556666:root'))
  const may = (...Action: string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    })
  const put = (RoleName: string, ...actions: string[]) =>
    iam('PutRolePolicy', { RoleName, PolicyName: 'Own', PolicyDocument: may(...actions) })
  await put('DeployBot', 'sts:AssumeRole', 'iam:GetRole')
  await put('Release', 'sts:AssumeRole', 'iam:DeleteRole')
  await put('Reviewer', 'gatehouse:LookupEvents', 'iam:Get*', 'iam:List*')
}

/** A person takes a role's credentials and asks for more than it may. */
async function refusedCall({ running, consoleAs }: Rig): Promise<string> {
  const browser = await consoleAs('Developer')
  const portal = await browser.get('/portal')
  const { location } = await browser.post('/portal/credentials', {
    ...{ _csrf: portal.csrf, grant: portal.choice('Developer') },
  })
  const panel = (await browser.get(location ?? '')).text.replaceAll('<wbr>', '')
  const plain = panel.replaceAll('&quot;', '"')
  const of = (name: string) => new RegExp(`"${name}": "(.*?)"`).exec(plain)?.[1] ?? ''
  const keys = {
    AccessKeyId: of('AccessKeyId'),
    SecretAccessKey: of('SecretAccessKey'),
    SessionToken: of('SessionToken'),
  }
  const asked = { Action: 'DeleteRole', RoleName: 'Release' }
  const answer = await iamCall(running.origin, keys, asked, running.clock.now())
  return /<RequestId>([^<]+)</.exec(answer)?.[1] ?? ''
}

/** Signs in at the portal and opens the console as the administrator. */
export async function enterConsole(page: Page, { rig }: ConsoleWorld): Promise<void> {
  await signInAt(page, `${rig.running.origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.waitForURL(/\/console/)
}
