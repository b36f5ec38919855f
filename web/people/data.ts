import { action, query } from '@solidjs/router'
import type { Acceptance } from '#server/people/input.ts'
import type { AgencyChoice, Details, Enrolment, PeopleApi, Setup } from '#server/people/routes.ts'
import { api, roomClient } from '#web/api.ts'
import { type Problem, ProblemError } from '#web/problem.ts'

const client = roomClient<PeopleApi>()

export const getAgencies = query((): Promise<AgencyChoice[]> => api(client.api.agencies.$get()), 'agencies')

export const getDetails = query((): Promise<Details> => api(client.api.me.details.$get()), 'details')

export const getSecondFactor = query(() => api(client.api['second-factor'].$get()), 'second-factor')

/** The invitation, or why it is good no longer. */
export const getEnrolment = query(async (token: string): Promise<Enrolment | { problem: Problem }> => {
  try {
    return await api(client.api.enrolments[':token'].$get({ param: { token } }))
  } catch (error) {
    if (error instanceof ProblemError && [404, 409].includes(error.problem.status)) return { problem: error.problem }
    throw error
  }
}, 'enrolment')

export const acceptEnrolment = action(
  (token: string, json: Acceptance) =>
    api(client.api.enrolments[':token'].acceptance.$post({ param: { token }, json })),
  'acceptEnrolment',
)

/*
 * What follows is not an action: it changes nothing that a page shows, or the page is loaded anew after it, so that
 * nothing of whoever was there before stays in memory.
 */

/** @returns for how many minutes the code is good */
export async function askForCode(email: string): Promise<number> {
  return (await api(client.api['sign-in'].codes.$post({ json: { email } }))).minutes
}

export async function typeCode(code: string): Promise<{ needsSecondFactor: boolean }> {
  return api(client.api['sign-in'].$post({ json: { code } }))
}

export async function giveSecondFactor(code: string): Promise<void> {
  await api(client.api['second-factor'].$post({ json: { code } }))
}

/** @returns how many are left */
export async function giveRecoveryCode(recoveryCode: string): Promise<number> {
  return (await api(client.api['second-factor'].recovery.$post({ json: { recoveryCode } }))).recoveryCodesLeft
}

export async function startSetup(token: string): Promise<Setup> {
  return api(client.api['second-factor'].enrolment.$post({ json: { token } }))
}

/** @returns the recovery codes, which are shown this once */
export async function confirmSetup(json: { token: string; setup: string; code: string }): Promise<string[]> {
  return (await api(client.api['second-factor'].enrolment.confirmation.$post({ json }))).recoveryCodes
}

export async function signOutEverywhere(): Promise<void> {
  await api(client.api['sign-ins'].$delete())
  location.assign('/')
}
