import { expect, test } from 'vitest';
import { nameDevice } from './name-device.js';

const mozilla = (system: string, rest: string) => `Mozilla/5.0 (${system}) ${rest}`;
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  ['Firefox on Linux', mozilla('X11; Linux x86_64; rv:145.0', 'Gecko/20100101 Firefox/145.0')],
  ['Chrome on Windows', mozilla('Windows NT 10.0; Win64; x64', `${webkit} Chrome/142.0.0.0 Safari/537.36`)],
  ['Edge on Windows', mozilla('Windows NT 10.0; Win64; x64', `${webkit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`)],
  [
    'Safari on macOS',
    mozilla('Macintosh; Intel Mac OS X 10_15_7', 'AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15'),
  ],
  ['Safari on iPhone', mozilla('iPhone; CPU iPhone OS 19_0 like Mac OS X', 'Version/19.0 Mobile/15E148 Safari/604.1')],
  ['Chrome on Android', mozilla('Linux; Android 16; Pixel 9', `${webkit} Chrome/142.0.0.0 Mobile Safari/537.36`)],
  ['An unknown browser', 'curl/8.14.1'],
  ['An unknown browser', ''],
  ['An unknown browser', null],
])('%s', (name, userAgent) => {
  expect(nameDevice(userAgent)).toBe(name);
});
