/** Mail that came back, in the shapes that mail services give it; every address is invented. */

export interface Came {
  /** As in `<message-12-mfxyz@training.test>`. */
  id: string
  to: string
  status?: string
  action?: string
  said?: string
}

export const postfix = ({ id, to, status = '5.1.1', action = 'failed', said }: Came): string => `Return-Path: <>
Received: by mx.partner.test (Postfix) id 4F0AA1; Tue, 15 Dec 2026 10:00:05 +0000 (GMT)
Date: Tue, 15 Dec 2026 10:00:05 +0000 (GMT)
From: MAILER-DAEMON@mx.partner.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: training@partnership.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F0AA1.1797328805/mx.partner.test"
Content-Transfer-Encoding: 8bit
Message-Id: <20261215100005.4F0AA1@mx.partner.test>

This is a MIME-encapsulated message.

--4F0AA1.1797328805/mx.partner.test
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.partner.test.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

--4F0AA1.1797328805/mx.partner.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.partner.test
X-Postfix-Queue-ID: 4F0AA1
X-Postfix-Sender: rfc822; training@partnership.test
Arrival-Date: Tue, 15 Dec 2026 10:00:03 +0000 (GMT)

Final-Recipient: rfc822; ${to}
Original-Recipient: rfc822;${to}
Action: ${action}
Status: ${status}
Remote-MTA: dns; mail.council.test
Diagnostic-Code: smtp; ${
  said ??
  `550 ${status} <${to}>: Recipient address rejected: User unknown in
    virtual mailbox table`
}

--4F0AA1.1797328805/mx.partner.test
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Return-Path: <training@partnership.test>
From: Training <training@partnership.test>
To: ${to}
Subject: Recognising neglect, three months on
Message-ID: <${id}>
Auto-Submitted: auto-generated
Content-Type: text/plain

What became of what you planned?

--4F0AA1.1797328805/mx.partner.test--
`

export const exchange = ({ id, to, status = '5.1.10', said }: Came): string =>
  `Received: from XX1PR01.prod.exchange.test (2001:db8::1) by YY2.prod.exchange.test; Tue, 15 Dec 2026 10:00:08 +0000
MIME-Version: 1.0
From: <postmaster@council.test>
To: <training@partnership.test>
Date: Tue, 15 Dec 2026 10:00:08 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="_3a7c9d1e-6f2b-4a5e-9c1d-0b2a3c4d5e6f_"
Content-Language: en-GB
Message-ID: <7ab81a4d@prod.exchange.test>
In-Reply-To: <${id}>
References: <${id}>
Subject: Undeliverable: Recognising neglect, three months on
Auto-Submitted: auto-replied

--_3a7c9d1e-6f2b-4a5e-9c1d-0b2a3c4d5e6f_
Content-Type: multipart/alternative; differences=Content-Type;
 boundary="_1d5f_"

--_1d5f_
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Your message to ${to.replace('@', '=40')} couldn't be delivered.

--_1d5f_--

--_3a7c9d1e-6f2b-4a5e-9c1d-0b2a3c4d5e6f_
Content-Type: message/delivery-status

Reporting-MTA: dns;XX1PR01.prod.exchange.test
Received-From-MTA: dns;mail.partnership.test
Arrival-Date: Tue, 15 Dec 2026 10:00:07 +0000

Original-Recipient: rfc822;${to}
Final-Recipient: rfc822;${to.replace('@', '-alias@')}
Action: failed
Status: ${status}
Diagnostic-Code: smtp;${said ?? `550 ${status} RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup`}
X-Display-Name: Somebody

--_3a7c9d1e-6f2b-4a5e-9c1d-0b2a3c4d5e6f_
Content-Type: message/rfc822

Received: from mail.partnership.test
From: Training <training@partnership.test>
To: <${to}>
Message-ID:
 <${id}>
Subject: Recognising neglect, three months on

--_3a7c9d1e-6f2b-4a5e-9c1d-0b2a3c4d5e6f_--
`.replaceAll('\n', '\r\n')

export const gmail = ({
  id,
  to,
  status = '5.1.1',
  action = 'failed',
}: Came): string => `From MAILER-DAEMON Tue Dec 15 10:00:04 2026
Received: by 2002:a05:6402:1d:b0:4f1 with SMTP id d29; Tue, 15 Dec 2026 02:00:04 -0800 (PST)
From: Mail Delivery Subsystem <mailer-daemon@googlemail.test>
To: training@partnership.test
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (${action === 'delayed' ? 'Delay' : 'Failure'})
References: <${id}>
In-Reply-To: <${id}>
Message-ID: <675eaa04.050a0220.1f3c.0001.GMR@mx.google.test>
Date: Tue, 15 Dec 2026 02:00:04 -0800 (PST)
Content-Type: multipart/report; boundary="00000000000012ab34062f"; report-type=delivery-status

--00000000000012ab34062f
Content-Type: multipart/related; boundary="00000000000012ab40062f"

--00000000000012ab40062f
Content-Type: text/html; charset="UTF-8"

<p>Address not found</p>

--00000000000012ab40062f--
--00000000000012ab34062f
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.test
Arrival-Date: Tue, 15 Dec 2026 02:00:04 -0800 (PST)
X-Original-Message-ID: <${id}>

Final-Recipient: rfc822; ${to}
Action: ${action}
Status: ${status}
Remote-MTA: dns; mail.school.test. (192.0.2.7, the server for the domain school.test.)
Diagnostic-Code: smtp; ${status.startsWith('5') ? '550' : '450'}-${status} The email account that you tried to reach
 ${status.startsWith('5') ? 'does not exist' : 'is receiving mail too quickly'}.
Last-Attempt-Date: Tue, 15 Dec 2026 02:00:04 -0800 (PST)

--00000000000012ab34062f
Content-Type: message/rfc822

From: Training <training@partnership.test>
To: ${to}
Message-ID: <${id}>
Subject: Recognising neglect, three months on

----- Message truncated -----

--00000000000012ab34062f--
`

/** Headers alone, encoded, as an older gateway sends them. */
export const headersOnly = ({ id, to }: Came): string => `Subject: Returned mail
Content-Type: multipart/report; report-type="delivery-status"; boundary=b1

--b1
Content-Type: text/plain

Returned.
--b1
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

${btoa(`Reporting-MTA: dns;gw.test\n\nFinal-Recipient: RFC822;<${to.toUpperCase()}>\nAction: Failed\nStatus: 5.0.0 (undefined)\nDiagnostic-Code: smtp;550 no such user here\n`)}
--b1
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: quoted-printable

From: training=40partnership.test
Message-Id: <${id.replace('@', '=40')}>
--b1--
`

/** An out-of-office reply, which quotes what it answers. */
export const outOfOffice = ({ id, to }: Came): string => `From: ${to}
To: training@partnership.test
Subject: Automatic reply: Recognising neglect, three months on
Auto-Submitted: auto-replied
In-Reply-To: <${id}>
Content-Type: multipart/mixed; boundary="o"

--o
Content-Type: text/plain

I am away until Monday.
--o
Content-Type: message/delivery-status

Final-Recipient: rfc822; ${to}
Action: failed
Status: 5.1.1

--o
Content-Type: message/rfc822

Message-ID: <${id}>

--o--
`
