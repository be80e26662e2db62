import { boundByOrganization, type Layers, type Organization } from '../policy/index.ts'
import type { Principal } from '../policy/question.ts'

/** The organization in force; undefined where the settings have none. */
export type CurrentOrganization = () => Organization | undefined

/**
 * The layers of a principal, with the service control policies of its account. Those of a
 * principal that no organization binds are unchanged.
 */
export function withServiceControl(
  layers: Layers,
  principal: Principal,
  organization: Organization | undefined,
): Layers {
  const { serviceControl } = organization?.of(principal.account ?? '') ?? {}
  return serviceControl && boundByOrganization(principal) ? { ...layers, serviceControl } : layers
}

/**
 * The layers of one question, with the resource control policies of the resource's account. They
 * reach principals of every account, and people whom a provider proved.
 */
export function withResourceControl(
  layers: Layers,
  { principal, resourceAccount }: { readonly principal: Principal; resourceAccount: string },
  organization: Organization | undefined,
): Layers {
  const { resourceControl } = organization?.of(resourceAccount) ?? {}
  return resourceControl && boundByOrganization(principal) ? { ...layers, resourceControl } : layers
}
