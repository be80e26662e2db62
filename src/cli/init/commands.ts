import { type Command, Option } from 'commander'
import type { CommandPorts } from '../command-ports.ts'
import type { InitLdapAsked, InitSamlAsked } from './init.ts'

/** `gatehouse init PROTOCOL`: writes one complete settings file to begin with. */
export function addInitCommands(program: Command, { output, done }: CommandPorts): void {
  const init = program
    .command('init')
    .description('write a settings file to begin with: one connector, one rule, one role')
  common(init.command('ldap'), 'for an LDAP directory or Active Directory')
    .requiredOption('-s, --server <url...>', 'ldaps://HOST, or ldap://HOST for StartTLS')
    .requiredOption('-b, --base <dn>', 'where people and groups are: dc=example,dc=com')
    .requiredOption('--bind-dn <dn>', 'the service account that finds people')
    .addOption(
      new Option('-k, --kind <kind>', 'which directory it is')
        .choices(['openldap', 'active-directory'])
        .default('openldap'),
    )
    .option('--ca <file>', "authority of the servers' certificates, where it is one of your own")
    .action(async (asked: InitLdapAsked) => {
      const { initLdap } = await import('./init.ts')
      done(await initLdap(asked, output))
    })
  common(init.command('saml'), 'for a SAML identity provider')
    .requiredOption('-m, --metadata <file or url>', "the identity provider's metadata")
    .option('-e, --entity <id>', 'which entity, where the metadata describe several')
    .option('--groups-attribute <name>', 'the attribute that lists groups', 'groups')
    .option('--username-attribute <name>', 'the attribute with the user name', 'uid')
    .action(async (asked: InitSamlAsked) => {
      const { initSaml } = await import('./init.ts')
      done(await initSaml(asked, output))
    })
}

function common(command: Command, description: string): Command {
  return command
    .description(`a settings file ${description}`)
    .requiredOption('-g, --group <name>', 'the group whose members administer Gatehouse')
    .option('-i, --id <id>', 'id of the connector', 'corp')
    .option('-a, --account <id>', 'the account: twelve digits', '111122223333')
    .option('-p, --public-url <url>', 'the address that people see', 'http://localhost:8080')
    .option('-o, --output <file>', 'the file to write; never one that exists', 'gatehouse.yaml')
}
