import { action, query } from '@solidjs/router'
import type { MessagesPage, OutboxApi } from '#server/outbox/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<OutboxApi>()

export const getMessages = query(
  (state: string, page: string): Promise<MessagesPage> =>
    api<MessagesPage>(client.api.messages.$get({ query: { state: state as 'sent', page } })),
  'messages',
)

export const sendAgain = action(
  (id: number) => api(client.api.messages[':id']['sending-again'].$post({ param: { id: String(id) }, json: {} })),
  'send-message-again',
)

export const cancelMessage = action(
  (id: number) => api(client.api.messages[':id'].cancellation.$post({ param: { id: String(id) }, json: {} })),
  'cancel-message',
)

export const releaseMail = action(() => api(client.api['mail-hold'].release.$post({ json: {} })), 'release-mail')
