/**
 * The one stylesheet of pages reached from an e-mail or a day code, inlined so that they need a single request: under 4 kB,
 * allowed by its SHA-256 in the Content-Security-Policy. A test holds the two together.
 */
export const styles = `*{box-sizing:border-box}
body{margin:0;color:#12243a;background:#fff;font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{background:#12243a;color:#fff}
header p{margin:0}
header .on{color:#d5dce4;font-size:15px}
header>div,main,footer{max-width:38em;margin:0 auto;padding:14px 18px}
main{padding-top:22px}
h1{font-size:27px;line-height:1.25;margin:0 0 14px}
h2{font-size:20px;line-height:1.3;margin:30px 0 8px}
p,ul{margin:0 0 14px}
a{color:#0a5a8a}
blockquote{margin:0 0 20px;padding:12px 16px;border-left:5px solid #00635f;background:#f3f5f8;font-weight:700;font-size:19px;overflow-wrap:anywhere}
fieldset{border:0;margin:0 0 26px;padding:0;min-width:0}
legend,.q{padding:0;margin:0 0 8px;font-size:19px;display:block}
legend.f,.b{font-weight:700}
.o{display:flex;align-items:center;gap:14px;min-height:56px;margin:0 0 9px;padding:10px 14px;border:2px solid #8f9bab;border-radius:5px;cursor:pointer;overflow-wrap:anywhere}
.o input{flex:none;width:26px;height:26px;margin:0;accent-color:#00635f}
.o:has(:checked){border:3px solid #00635f;padding:9px 13px;background:#e6f1f0}
.o:has(:focus-visible),a:focus-visible,button:focus-visible,summary:focus-visible,.t:focus-visible,.e:focus-visible{outline:3px solid #12243a;outline-offset:2px;box-shadow:0 0 0 2px #ffdd00}
.o input:focus-visible{outline:0}
.t{display:block;width:100%;font:inherit;color:inherit;padding:10px;border:2px solid #51627a;border-radius:4px;background:#fff}
.c{width:9em;font-size:23px;letter-spacing:.1em;text-transform:uppercase}
button{font:inherit;font-weight:700;cursor:pointer;border:0;border-radius:4px;padding:14px 20px;min-height:56px;width:100%;margin:0 0 14px;color:#fff;background:#00635f;box-shadow:inset 0 -4px #003f44}
button.s{color:#12243a;background:#f3f5f8;border:2px solid #51627a;box-shadow:none}
button.l{color:#0a5a8a;background:none;box-shadow:none;text-decoration:underline;font-weight:400;text-align:left;padding:14px 0}
.h,small,.small{color:#51627a;font-size:15px}
.small{display:block;margin:0 0 14px}
.u{border:2px solid #12243a;padding:12px 16px;margin:0 0 20px}
.u p:last-child,.e p:last-child,.e ul{margin:0}
.e h2{margin-top:0}
.e{border:4px solid #b3261e;padding:12px 16px;margin:0 0 24px}
.e a,.w{color:#b3261e;font-weight:700}
.x{border-left:5px solid #b3261e;padding-left:13px}
dl{margin:0 0 20px}
dt{color:#51627a;font-size:15px}
dd{margin:0 0 12px;overflow-wrap:anywhere}
dd ul{margin:0;padding-left:20px}
table{border-collapse:collapse;width:100%;margin:0 0 20px}
caption{text-align:left;font-weight:700;padding:0 0 6px}
th,td{padding:7px 8px 7px 0;border-bottom:1px solid #d5dce4;text-align:left;vertical-align:top;font-weight:400}
thead th{color:#51627a;font-size:15px}
.k{text-align:right;padding:7px 0 7px 12px;white-space:nowrap}
.r{display:block;margin:0 0 8px}
.v{display:none}
summary{cursor:pointer;padding:12px 0;margin:18px 0 0}
summary h2{display:inline}
footer{border-top:1px solid #d5dce4;margin-top:30px;color:#51627a;font-size:15px}
@media(min-width:40em){.v{display:inline}button{width:auto;min-width:14em;display:block}h1{font-size:32px}}
@media print{body{font-size:13px;line-height:1.4}button,header,.n{display:none}main,footer{max-width:none;padding:0}.o{min-height:0;margin:0 0 4px;padding:3px 10px}h1{font-size:24px}h2{font-size:15px;margin:10px 0 3px}h2,caption{break-after:avoid}tr{break-inside:avoid}th,td,.k{padding-top:1px;padding-bottom:1px}legend,.q,blockquote{font-size:15px}p,ul,table{margin-bottom:6px}.h,.small,footer{font-size:12px}.small,fieldset{margin-bottom:10px}footer{margin:0}}
@media(forced-colors:active){.o:has(:checked){border-width:5px}}
`

export const stylesHash = 'sha256-eiawl0uS4wlc3tGvHUwziAwvkns/ZGPYXAz4Op0R79g='
