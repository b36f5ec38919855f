/** A world in which everything has happened once: a row in every table that the rooms can fill, and a key to every door. */
import { and, eq } from 'drizzle-orm'
import {
  accounts,
  actions,
  agencies,
  agreements,
  assignments,
  bookings,
  bounces,
  calls,
  certificates,
  charges,
  codes,
  codingCodes,
  codings,
  colleagueRequests,
  colleagueTallies,
  consents,
  costs,
  courseThemes,
  eventCancellations,
  eventSessions,
  events,
  experimentDraws,
  experiments,
  keptEmails,
  messages,
  otherEvidence,
  otherTraining,
  otherTrainingNumbers,
  pauses,
  postponements,
  programmes,
  quotes,
  recommendationCourses,
  recommendations,
  recoveryCodes,
  reportAsks,
  reportNotes,
  reportPresent,
  reportRows,
  reports,
  secondFactors,
  settings,
  singleAgencyReturns,
  singleAgencyThemes,
  successors,
  teaches,
  termDates,
  texts,
  themes,
  trainers,
  transportState,
  urgentSettlements,
  venues,
} from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { certificateById, printedCode } from '#server/certificates/certificate.ts'
import { returnNumber } from '#server/impact/agency-return.ts'
import { canonical } from '#server/impact/report-body.ts'
import { keepSnapshots } from '#server/impact/snapshots.ts'
import { makeDatedToken, makeToken, sha256 } from '#server/keys.ts'
import { invite } from '#server/people/enrolment.ts'
import type { Role } from '#server/people/input.ts'
import { answerCode } from '#server/surveys/short-address.ts'
import { sampleBody } from './impact/sample-report.ts'
import { makeWorld, type Someone, start, type TestWorld } from './world.ts'

export interface FullWorld extends TestWorld {
  /** What stands in the addresses of routes. Unless said otherwise it is Bea’s. */
  full: {
    /** Over, with a register, certificates and follow-ups; Tess was not there. */
    past: { event: number; session: number; booking: number; certificate: string; certificateCode: string }
    /** Today, open to day codes. */
    today: { event: number; code: string }
    /** Not begun; its code opens nothing yet. */
    future: { event: number; booking: number; code: string; before: string }
    draft: { event: number }
    /** The one event that Tess is engaged for. */
    tess: { event: number; session: number }
    answer: { open: string; answered: string; doubted: string }
    /** The code on a printed card. */
    answerCode: string
    optOut: string
    colleague: string
    results: string
    enrolment: string
    text: number
    /** The agency that has an agreement. */
    agreement: number
    experiment: number
    person: number
    hold: { pause: number; term: number }
    message: { queued: number; dead: number }
    keptEmail: number
    /** A draft with a note of Bea’s on it, and one that was issued. */
    report: { draft: number; issued: number; note: number }
    summary: string
    cost: number
    otherTraining: number
    action: { open: number; takenBack: number }
    recommendation: number
    otherEvidence: number
    /** The token of an agency’s return. */
    agencyReturn: string
  }
  /** Who acts under each role; none of them is Bea. */
  actors: Record<Role, number>
}

const nonceIn = (page: string): string => /name="nonce" value="([^"]+)"/.exec(page)?.[1] ?? ''

export async function fullWorld(options: Parameters<typeof makeWorld>[0] = {}): Promise<FullWorld> {
  const w = await makeWorld(options)
  const { stage, store } = w
  const stand = (on: string, clock = '10:00') => w.setClock(londonInstant(on, clock))
  const settle = async () => {
    while (await w.chores());
  }
  const ok = <T extends { status: number; text: string }>(answer: T): T => {
    if (answer.status >= 400)
      throw new Error(`${answer.status} ${answer.text.replace(/<style>.*<\/style>/s, '').slice(0, 600)}`)
    return answer
  }
  const book = async (one: Someone, eventId: number) =>
    Number(
      ok(
        await one.post('/api/bookings', {
          eventId,
          termsAccepted: true,
          repeatKey: `repeated-${one.personId}-${eventId}`,
        }),
      ).json.id,
    )
  const sessionOf = async (eventId: number) =>
    (await store.read.select().from(eventSessions).where(eq(eventSessions.eventId, eventId)))[0]!.id
  const codeOf = async (bookingId: number) =>
    (await store.read.select().from(bookings).where(eq(bookings.id, bookingId)))[0]!.dayCode
  const endOfDay = async (eventId: number, bookingId: number, fields: Record<string, string>) => {
    const path = `/day/${eventId}/${await codeOf(bookingId)}`
    const page = ok(await w.visitor.get(path))
    ok(await w.visitor.form(path, { nonce: nonceIn(page.text), ...fields }))
  }

  // Spring: three people book.
  stand('2026-05-04')
  const dee = await stage.person('Dee Hart')
  const past = await stage.event({ on: ['2026-06-10'] })
  const beaPast = await book(await w.as(stage.bea), past)
  const oluPast = await book(await w.as(stage.olu), past)
  const deePast = await book(await w.as(dee), past)
  const [outcome] = (await w.client.execute('select id from learning_outcomes order by id')).rows
  ok(
    await (await w.as(stage.bea)).put(`/api/bookings/${beaPast}/before`, {
      outcomes: [{ learningOutcomeId: Number(outcome!.id), anchor: 'some' }],
    }),
  )
  const given = await book(await w.as(await stage.person('Gus Reed')), past)
  ok(
    await w
      .as(stage.ada)
      .then(async () => (await w.as(await ownerOf(given))).post(`/api/bookings/${given}/cancellation`)),
  )
  await settle()

  // June: the day, its register and its end.
  stand('2026-06-10', '15:30')
  const ada = await w.as(stage.ada, 'coordinator')
  ok(
    await ada.post(`/api/event-sessions/${await sessionOf(past)}/marks`, {
      marks: [beaPast, oluPast, deePast].map((bookingId) => ({ bookingId, mark: 'present' })),
    }),
  )
  ok(
    await ada.post(`/api/event-sessions/${await sessionOf(past)}/marks`, {
      marks: [{ bookingId: deePast, mark: 'late' }],
    }),
  )
  stand('2026-06-10', '16:30')
  await endOfDay(past, beaPast, {
    'own-words': 'Ask about the toolkit in supervision',
    suggestion: 'More about adults',
  })
  await endOfDay(past, oluPast, { commitment: 'nothing', name: 'Olu Marsh-Øst' })
  await endOfDay(past, deePast, { skip: 'yes' })
  await settle()
  stand('2026-06-16')
  await settle()

  // September: asked, answered, doubted, and asked no more.
  for (const day of ['2026-09-10', '2026-09-11']) {
    stand(day, '11:00')
    await settle()
  }
  const token = (booking: number) => makeToken(w.world.secrets, 'answer', booking)
  const press = async (booking: number, practice: string) => {
    const path = `/answer/${await token(booking)}`
    const page = ok(await w.visitor.get(`${path}/${practice}`))
    ok(await w.visitor.form(path, { practice, nonce: nonceIn(page.text) }))
  }
  stand('2026-09-11', '12:00')
  await press(oluPast, 'once')
  await press(deePast, 'not-yet')
  await press(deePast, 'routine')
  await settle()

  // Today: two events to come, one on, one never published, one called off.
  w.setClock(start)
  const today = await stage.event({ on: ['2026-09-14'] })
  const future = await stage.event({ on: ['2026-10-05'] })
  const tess = await stage.event({ on: ['2026-09-12'] })
  const draft = await stage.event({ on: ['2026-10-19'] })
  const off = await stage.event({ on: ['2026-10-26'] })
  const bea = await w.as(stage.bea)
  const beaToday = await book(bea, today)
  const beaFuture = await book(bea, future)
  const made = await store.write(async (db) => {
    await db.update(events).set({ publishedAt: null }).where(eq(events.id, draft))
    await db.insert(eventCancellations).values({ eventId: off, at: start, by: stage.ada, reason: 'Too few booked' })
    await db.insert(trainers).values({ personId: stage.tess })
    await db.insert(teaches).values({ trainerId: stage.tess, courseId: stage.course })
    await db.insert(assignments).values({ eventId: tess, trainerId: stage.tess, as: 'lead' })
    const [theme] = await db.insert(themes).values({ name: 'Neglect' }).returning()
    await db.insert(courseThemes).values({ courseId: stage.course, themeId: theme!.id })
    await db.insert(venues).values({ name: 'Northfield Hall', address: '1 High Street' })
    const [term] = await db
      .insert(termDates)
      .values({ name: 'Summer', closedFrom: '2026-07-22', closedTo: '2026-09-01' })
      .returning()
    await db.insert(charges).values({ bookingId: given, kind: 'late-cancellation', sumPence: 2500, at: start })
    await db.insert(consents).values({ bookingId: beaPast, what: 'quote', givenAt: start }).onConflictDoNothing()
    await db
      .insert(bounces)
      .values({ personId: dee, email: 'old@council.test', hard: true, reply: '550', at: start, settledAt: start })
    const [pause] = await db
      .insert(pauses)
      .values({
        scope: 'person',
        personId: dee,
        fromOn: '2026-10-01',
        toOn: '2026-10-09',
        because: 'at-their-request',
        madeAt: start,
      })
      .returning()
    await db.insert(postponements).values({ bookingId: beaPast, toOn: '2026-09-10', because: 'other', at: start })
    await db.insert(calls).values({ bookingId: deePast, number: 1, outcome: 'no-answer', at: start, by: stage.ada })
    await db
      .insert(colleagueRequests)
      .values({ bookingId: oluPast, name: 'Pat Low', email: 'pat@school.test', namedAt: start })
    const [year] = await db.select().from(programmes)
    const [cost] = await db
      .insert(costs)
      .values({ programmeId: year!.id, head: 'venues', sumPence: 22_900, about: 'Venue hire', at: start })
      .returning()
    const [other] = await db
      .insert(otherTraining)
      .values({
        programmeId: year!.id,
        title: 'Safe sleep',
        provider: 'Riverside NHS Trust',
        onDay: year!.startsOn,
        evidence: 'Register seen',
        at: start,
      })
      .returning()
    await db
      .insert(otherTrainingNumbers)
      .values({ otherTrainingId: other!.id, sectorId: stage.sectors.health, people: 12 })
    const [open, takenBack] = await db
      .insert(actions)
      .values(
        [1, 2].map(() => ({
          source: 'barrier' as const,
          said: 'No time to write it down',
          text: 'Time in supervision',
          owner: 'agency' as const,
          agencyId: stage.agencies.trust,
          barrier: 'time',
          who: 'Head of service',
          dueOn: '2026-10-01',
          madeAt: start,
        })),
      )
      .returning()
    const [asked] = await db
      .insert(recommendations)
      .values({
        source: 'review',
        reference: 'R1, 2',
        text: 'Use the toolkit',
        madeOn: '2026-01-05',
        remains: 'An audit',
        at: start,
      })
      .returning()
    await db.insert(recommendationCourses).values({ recommendationId: asked!.id, courseId: stage.course })
    const [evidence] = await db
      .insert(otherEvidence)
      .values({
        courseId: stage.course,
        place: 1,
        what: 'Files with the toolkit',
        count: 12,
        of: 40,
        period: 'Spring 2026',
        source: 'Audit',
        suppliedBy: 'Quality assurance',
        at: start,
      })
      .returning()
    const told = { agencyId: stage.agencies.trust, programmeId: (await db.select().from(programmes))[1]!.id }
    await db.insert(singleAgencyReturns).values({
      ...told,
      askedAt: start,
      askedEmail: 'office@trust.test',
      staff: 90,
      taught: 40,
      toldAt: start,
      toldBy: 'Pat Low',
    })
    await db.insert(singleAgencyThemes).values({ ...told, themeId: theme!.id, lastOn: '2026-02-01', people: 30 })
    const [draftReport] = await db
      .insert(reports)
      .values({
        scope: 'programme',
        programmeId: year!.id,
        fromOn: year!.startsOn,
        untilOn: year!.endsOn,
        title: 'Impact report: programme 2024 to 2025',
        state: 'draft',
        madeAt: start,
      })
      .returning()
    const frozen = canonical(sampleBody({ asks: ['Fund a second date.'] }))
    const [issuedReport] = await db
      .insert(reports)
      .values({
        ...draftReport!,
        id: draftReport!.id + 1,
        state: 'agreed',
        agreedOn: '2026-09-14',
      })
      .returning()
    await db.insert(reportPresent).values({ reportId: issuedReport!.id, agencyId: stage.agencies.trust, people: 2 })
    await db.insert(reportAsks).values({ reportId: issuedReport!.id, position: 1, text: 'Fund a second date.' })
    await db
      .insert(reportRows)
      .values({ reportId: issuedReport!.id, measure: 'practice', row: 'programme', units: '["9001:once"]' })
    // The last of its rows: nothing of an issued report changes.
    await db
      .update(reports)
      .set({
        state: 'issued',
        number: 1,
        issuedAt: start,
        body: frozen,
        hash: await sha256(frozen),
        proof: 'It holds.',
      })
      .where(eq(reports.id, issuedReport!.id))
    const [reportNote] = await db
      .insert(reportNotes)
      .values({
        reportId: draftReport!.id,
        page: 'programme',
        figure: 'whole-room',
        kind: 'comment',
        text: 'More came than last year',
        at: start,
        by: stage.bea,
      })
      .returning()
    await db
      .insert(colleagueTallies)
      .values({ courseId: stage.course, programmeId: year!.id, answer: 'once', n: 6, shown: 5 })
    const [experiment] = await db
      .insert(experiments)
      .values({ what: 'subject', needed: 400, startedAt: start, running: 1 })
      .returning()
    await db.insert(experimentDraws).values({ experimentId: experiment!.id, bookingId: beaPast, arm: 'a', at: start })
    await db.insert(successors).values({
      bookingId: deePast,
      name: 'Nia Ford',
      email: 'nia@council.test',
      enteredAt: start,
    })
    await db.insert(agreements).values({ agencyId: stage.agencies.school, agreedOn: '2026-09-01', recordedAt: start })
    await db.insert(settings).values([
      { name: 'calls-a-week', value: '20', at: start },
      // Lower than anybody may set it, so that the agencies of this world, of a person or two, have a page.
      { name: 'shown-from-attended', value: '1', at: start },
    ])
    await db.insert(secondFactors).values({ personId: stage.ada, sealedSecret: 'sealed', enrolledAt: start })
    await db.insert(recoveryCodes).values({ personId: stage.ada, salt: 'salt', codeHash: 'hash' })
    await db.insert(transportState).values({ id: 1 }).onConflictDoNothing()
    await db.update(agencies).set({ mailbox: 'office@school.test' }).where(eq(agencies.id, stage.agencies.school))
    const [kept] = await db
      .insert(keptEmails)
      .values({
        toAddress: 'bea@council.test',
        toName: 'Bea Fern',
        subject: 'Your place',
        html: '<p>Your place</p>',
        text: 'Your place',
        headers: '{}',
        attachments: '[]',
        sentAt: start,
      })
      .returning()
    return {
      experiment: experiment!.id,
      keptEmail: kept!.id,
      cost: cost!.id,
      otherTraining: other!.id,
      action: { open: open!.id, takenBack: takenBack!.id },
      recommendation: asked!.id,
      otherEvidence: evidence!.id,
      report: { draft: draftReport!.id, issued: issuedReport!.id, note: reportNote!.id },
      agencyReturn: await makeDatedToken(w.world.secrets, 'single-agency-return', returnNumber(told), start),
      pause: pause!.id,
      term: term!.id,
    }
  })
  stand('2026-09-14', '15:00')
  ok(await w.visitor.post('/api/sign-in/codes', { email: 'someone@new.test' }))
  const invited = await invite(w.ctx({ kind: 'operator' }), 'sub-group', 'new@council.test')
  if ('fault' in invited) throw new Error(invited.fault)
  const optOut = await makeToken(w.world.secrets, 'opt-out', deePast)
  ok(await w.visitor.form(`/opt-out/${optOut}`, { scope: 'course' }))
  const [certificate] = await store.read.select().from(certificates).where(eq(certificates.bookingId, beaPast))
  const [held] = await store.read
    .select()
    .from(texts)
    .where(and(eq(texts.bookingId, beaPast), eq(texts.state, 'held')))
  await store.write((db) => db.update(texts).set({ urgentAt: start }).where(eq(texts.id, held!.id)))
  await store.write((db) =>
    db.insert(urgentSettlements).values({
      textId: held!.id,
      passedTo: 'no-need',
      passedBy: 'Ada Lane',
      passedAt: start,
      recordedAt: start,
    }),
  )
  await store.write(async (db) => {
    const [code] = await db
      .insert(codes)
      .values({ version: 1, position: 1, name: 'Noticed sooner', definition: 'Signs seen earlier', madeAt: start })
      .returning()
    const [coding] = await db
      .insert(codings)
      .values({ textId: held!.id, version: 1, place: 1, coderId: stage.ada, at: start })
      .returning()
    await db.insert(codingCodes).values({ codingId: coding!.id, codeId: code!.id })
    await db.insert(quotes).values({ textId: held!.id, codeId: code!.id, nonSuccess: false, chosenAt: start })
    await db.insert(accounts).values({ bookingId: beaPast, kind: 'success', pickedAt: start })
  })
  const [dead] = await store.write((db) =>
    db
      .insert(messages)
      .values({
        kind: 'booking-confirmation',
        about: `booking:${beaPast}`,
        occurrence: 'dead',
        toPersonId: stage.bea,
        class: 'never-lost',
        state: 'dead',
        queuedAt: start,
        notBefore: start,
        deadline: start,
      })
      .returning(),
  )
  const [queued] = await store.read.select().from(messages).where(eq(messages.state, 'queued'))
  // The last to be made: any change of what it is made from drops it.
  while (await keepSnapshots(w.ctx()));
  const codeOfCertificate = await printedCode(w.ctx(), (await certificateById(w.ctx(), certificate!.id))!)
  return {
    ...w,
    actors: {
      delegate: stage.olu,
      'agency-lead': stage.lena,
      trainer: stage.tess,
      coordinator: stage.ada,
      'sub-group': stage.sue,
      administrator: stage.mo,
    },
    full: {
      past: {
        event: past,
        session: await sessionOf(past),
        booking: beaPast,
        certificate: await makeToken(w.world.secrets, 'certificate', certificate!.id),
        certificateCode: codeOfCertificate!,
      },
      today: { event: today, code: await codeOf(beaToday) },
      future: {
        event: future,
        booking: beaFuture,
        code: await codeOf(beaFuture),
        before: await makeToken(w.world.secrets, 'before', beaFuture),
      },
      draft: { event: draft },
      tess: { event: tess, session: await sessionOf(tess) },
      answer: { open: await token(beaPast), answered: await token(oluPast), doubted: await token(deePast) },
      answerCode: await answerCode(w.world.secrets, beaPast),
      optOut,
      colleague: await makeToken(w.world.secrets, 'colleague', oluPast),
      results: await makeToken(w.world.secrets, 'results', past),
      enrolment: new URL(invited.address).pathname.split('/').at(-1)!,
      text: held!.id,
      person: stage.bea,
      hold: { pause: made.pause, term: made.term },
      message: { queued: queued!.id, dead: dead!.id },
      agreement: stage.agencies.school,
      experiment: made.experiment,
      keptEmail: made.keptEmail,
      cost: made.cost,
      otherTraining: made.otherTraining,
      action: made.action,
      recommendation: made.recommendation,
      otherEvidence: made.otherEvidence,
      report: made.report,
      summary: await makeToken(w.world.secrets, 'summary', made.report.issued),
      agencyReturn: made.agencyReturn,
    },
  }

  async function ownerOf(bookingId: number): Promise<number> {
    const [row] = await store.read.select().from(bookings).where(eq(bookings.id, bookingId))
    return row!.personId
  }
}
