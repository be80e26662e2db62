import type { Command } from 'commander'
import { type CommandPorts, configOption } from '../command-ports.ts'
import type { LdapTryAsked } from './ldap/try.ts'
import type { OidcAddAsked } from './oidc/add.ts'
import type { AddAsked } from './saml/add.ts'
import type { TryAsked } from './try-person.ts'

/** `gatehouse connector PROTOCOL …`: commands for setting up and testing connectors. */
export function addConnectorCommands(program: Command, ports: CommandPorts): void {
  const { env, output, done } = ports
  const connector = program
    .command('connector')
    .description('scaffold a connector, change its keys')
  const ldap = connector.command('ldap').description('an LDAP directory')
  ldap
    .command('try')
    .description('ask the directory about a person, and show what a sign-in would make of it')
    .addOption(configOption())
    .requiredOption('-u, --username <name>', 'the name, as the person types it')
    .option('-i, --id <id>', 'id of the connector, where there are several')
    .option('-p, --password', 'ask for the password and try it: the directory counts it')
    .action(async (asked: LdapTryAsked) => {
      const { ldapTry } = await import('./ldap/try.ts')
      done(await ldapTry(asked, env, output))
    })
  const oidc = connector.command('oidc').description('an OpenID Connect provider')
  oidc
    .command('add')
    .description('print the settings of a connector for a provider, from its discovery document')
    .requiredOption('--issuer <url>', 'the issuer, letter by letter')
    .requiredOption('-a, --account <id>', 'an account that it serves')
    .option('-i, --id <id>', 'id of the connector', 'op')
    .option('--client-id <id>', 'what the provider calls Gatehouse', 'gatehouse')
    .option('-c, --config <file>', 'settings file whose `outbound` and `publicUrl` apply')
    .action(async (asked: OidcAddAsked) => {
      const { oidcAdd } = await import('./oidc/add.ts')
      done(await oidcAdd(asked, env, output))
    })
  tryCommand(oidc).action(async (id: string, asked: Omit<TryAsked, 'id'>) => {
    const { oidcTry } = await import('./oidc/try.ts')
    done(await oidcTry({ ...asked, id }, env, output))
  })
  const oauth2 = connector
    .command('oauth2')
    .description('a provider of plain OAuth 2.0: GitHub, Amazon, Facebook')
  tryCommand(oauth2).action(async (id: string, asked: Omit<TryAsked, 'id'>) => {
    const { oauth2Try } = await import('./oauth2/try.ts')
    done(await oauth2Try({ ...asked, id }, env, output))
  })
  const saml = connector.command('saml').description('a SAML identity provider')
  saml
    .command('keys')
    .description(
      'the keys that Gatehouse made for a connector: show them, or let the next one sign',
    )
    .argument('<verb>', '`list` or `rotate`')
    .argument('<id>', 'id of the connector')
    .addOption(configOption())
    .action(async (verb: string, id: string, { config }: { config: string }) => {
      const { samlKeys } = await import('./saml/keys.ts')
      done(await samlKeys({ config, verb, id }, env, output))
    })
  saml
    .command('add')
    .description("print the settings of a connector for an identity provider's metadata")
    .requiredOption('-m, --metadata <file or url>', 'the metadata')
    .requiredOption('-a, --account <id>', 'an account that it serves')
    .option('-i, --id <id>', 'id of the connector', 'idp')
    .option('-e, --entity <id>', 'which entity, where the metadata describe several')
    .option('-s, --signed-by <file>', 'certificates, one of which has to have signed the metadata')
    .action(async (asked: AddAsked) => {
      const { samlAdd } = await import('./saml/add.ts')
      done(await samlAdd(asked, output))
    })
}

/** A sign-in with the browser, in the terminal. */
function tryCommand(protocol: Command): Command {
  return protocol
    .command('try')
    .description('sign in through a connector here, and show what a sign-in would make of it')
    .argument('<id>', 'id of the connector')
    .addOption(configOption())
    .option('-p, --port <port>', 'port of loopback that the provider sends the browser to', '0')
}
