import { expect, test } from 'vitest';
import { cameraIp, mayBeCamera } from './camera-host.ts';
import { parseOnvifAddress, streamUrlOf } from './onvif-address.ts';
import { OnvifCameras } from './onvif-cameras.ts';

test.each(['192.168.1.20', '10.1.2.3', '169.254.20.1', '203.0.113.9', 'fd12::1', 'fe80::1'])(
  '%s may be a camera',
  address => expect(mayBeCamera(address, false)).toBe(true),
);

test.each([
  ...['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::', '255.255.255.255', '239.255.255.250'],
  ...[
    '169.254.169.254',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd20:ce::254',
    'ff02::1',
    '64:ff9b::7f00:1',
    'x',
  ],
])('%s is no camera', address => expect(mayBeCamera(address, false)).toBe(false));

test.each(['127.0.0.1', 'http://0x7f.1/', '2130706433', '[::1]:80', '017700000001', 'localhost', '[::ffff:7f00:1]'])(
  'this machine itself is not asked, however it is written: %s',
  async text => {
    const address = parseOnvifAddress(text);
    if (typeof address === 'string') throw new Error(address);
    const asked = new OnvifCameras(false, Date.now).read(address, undefined);
    await expect(asked).rejects.toMatchObject({
      field: 'address',
      message: /this machine itself|no address of a camera/,
    });
  },
);

test('an unknown name says so', async () => {
  await expect(cameraIp('no-such-camera.invalid', false)).rejects.toThrow(/is not known here/);
});

test.each([
  ['192.168.1.20', { host: '192.168.1.20', port: 80, path: '/onvif/device_service', secure: false }],
  [' CAM.local:8000 ', { host: 'cam.local', port: 8000, path: '/onvif/device_service' }],
  ['https://cam/', { secure: true, port: 443, path: '/onvif/device_service' }],
  ['http://cam:8080/onvif/services', { port: 8080, path: '/onvif/services' }],
  ['[fe80::1]:81', { host: '[fe80::1]', port: 81 }],
])('%s is read as an address', (text, address) => {
  expect(parseOnvifAddress(text)).toMatchObject(address);
});

test.each([
  ['', 'give the camera'],
  ['rtsp://cam/1', 'the address of a stream'],
  ['http://u:p@cam/', 'leave user and password out'],
  ['ftp://cam', 'no address of a camera'],
  ['cam:0', 'no address of a camera'],
  ['cam:70000', 'no address of a camera'],
  ['a b', 'no address of a camera'],
  ['file:///etc/passwd', 'no address of a camera'],
])('%s is refused', (text, message) => {
  expect(parseOnvifAddress(text)).toContain(message);
});

test.each([
  ['rtsp://cam:554/a?b=1&c=2', 'rtsp://cam:554/a?b=1&c=2'],
  ['rtsp://u:p@10.0.0.9/a', 'rtsp://cam/a'],
  ['RTSP://cam', 'rtsp://cam'],
  ['http://cam/a', undefined],
  ['rtsp://cam/a b', undefined],
  ['rtsp://cam/\u0000', undefined],
  ['javascript:alert(1)', undefined],
])('the stream %s becomes %s', (named, url) => {
  expect(streamUrlOf(named, 'cam')?.url).toBe(url);
});
