import { type Command, Option } from 'commander'
import { type CommandPorts, jsonOption } from '../command-ports.ts'

interface Given {
  readonly endpoint?: string
}

/** Adds the commands of people who sign in with the browser and stay signed in. */
export function addSignInCommands(program: Command, ports: CommandPorts): void {
  const { env, output, done } = ports
  const endpoint = (command: Command) =>
    command.addOption(
      new Option('-e, --endpoint <url>', 'address; absent: the one you are signed in at').env(
        'GATEHOUSE_ENDPOINT',
      ),
    )
  const endpointOf = async (given: Given) =>
    (await import('./endpoint.ts')).endpointOr(given.endpoint, env)

  endpoint(program.command('login').description('sign in with the browser, for the commands below'))
    .option('--no-browser', 'open no browser on this computer')
    .action(async (given: Given & { browser: boolean }) => {
      const options = { ...given, endpoint: await endpointOf(given) }
      done(await (await import('./login.ts')).loginCommand(options, env, output))
    })
  endpoint(program.command('logout').description('end the sign-in, here and at Gatehouse')).action(
    async (given: Given) => {
      const options = { endpoint: await endpointOf(given) }
      done(await (await import('./logout.ts')).logoutCommand(options, env, output))
    },
  )
  endpoint(program.command('roles').description('list your roles'))
    .option(...jsonOption)
    .action(async (given: Given & { json?: boolean }) => {
      const options = { ...given, endpoint: await endpointOf(given) }
      done(await (await import('./list-roles.ts')).rolesCommand(options, env, output))
    })
  endpoint(
    program
      .command('configure')
      .description('write one profile for each of your roles into ~/.aws/config'),
  )
    .option('--prefix <text>', 'what the name of each profile begins with')
    .option('--region <name>', "region of the profiles; absent: Gatehouse's")
    .action(async (given: Given & { prefix?: string; region?: string }) => {
      const options = { ...given, endpoint: await endpointOf(given) }
      done(await (await import('./configure.ts')).configureCommand(options, env, output))
    })
}
