import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decrypt, encryptWithNonce } from './aes-256-gcm.js';

interface Vector {
  name: string;
  key: string;
  nonce: string;
  plaintext: string;
  associatedData: string;
  ciphertext: string;
  tag: string;
}

const specKey = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const specPlaintext =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const specCiphertext =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';

/** McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B: its AES-256 cases with a 96-bit nonce. */
const specification: Vector[] = [
  {
    name: 'test case 13',
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    plaintext: '',
    associatedData: '',
    ciphertext: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    name: 'test case 14',
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    plaintext: '00'.repeat(16),
    associatedData: '',
    ciphertext: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    name: 'test case 15',
    key: specKey,
    nonce: 'cafebabefacedbaddecaf888',
    plaintext: specPlaintext,
    associatedData: '',
    ciphertext: specCiphertext,
    tag: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    name: 'test case 16',
    key: specKey,
    nonce: 'cafebabefacedbaddecaf888',
    plaintext: specPlaintext.slice(0, 120),
    associatedData: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    ciphertext: specCiphertext.slice(0, 120),
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];

/** NIST CAVP, gcmEncryptExtIV256.rsp: IVlen 96, Taglen 128, count 0 of the groups named. */
const cavpEncrypt: Vector[] = [
  {
    name: 'PTlen 0, AADlen 0',
    key: 'b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4',
    nonce: '516c33929df5a3284ff463d7',
    plaintext: '',
    associatedData: '',
    ciphertext: '',
    tag: 'bdc1ac884d332457a1d2664f168c76f0',
  },
  {
    name: 'PTlen 0, AADlen 128',
    key: '78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223',
    nonce: 'd79cf22d504cc793c3fb6c8a',
    plaintext: '',
    associatedData: 'b96baa8c1c75a671bfb2d08d06be5f36',
    ciphertext: '',
    tag: '3e5d486aa2e30b22e040b85723a06e76',
  },
  {
    name: 'PTlen 128, AADlen 0',
    key: '31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22',
    nonce: '0d18e06c7c725ac9e362e1ce',
    plaintext: '2db5168e932556f8089a0622981d017d',
    associatedData: '',
    ciphertext: 'fa4362189661d163fcd6a56d8bf0405a',
    tag: 'd636ac1bbedd5cc3ee727dc2ab4a9489',
  },
  {
    name: 'PTlen 104, AADlen 160',
    key: '69b458f2644af9020463b40ee503cdf083d693815e2659051ae0d039e606a970',
    nonce: '8d1da8ab5f91ccd09205944b',
    plaintext: 'f3e0e09224256bf21a83a5de8d',
    associatedData: '036ad5e5494ef817a8af2f5828784a4bfedd1653',
    ciphertext: 'c0a62d77e6031bfdc6b13ae217',
    tag: 'a794a9aaee48cd92e47761bf1baff0af',
  },
  {
    name: 'PTlen 256, AADlen 720',
    key: '26bf255bee60ef0f653769e7034db95b8c791752754e575c761059e9ee8dcf78',
    nonce: 'cecd97ab07ce57c1612744f5',
    plaintext: '96983917a036650763aca2b4e927d95ffc74339519ed40c4336dba91edfbf9ad',
    associatedData:
      'afebbe9f260f8c118e52b84d8880a34622675faef334cdb41be9385b7d059b79c0f8a432d25f8b71e781b177fce4d4c57ac5734543e85d7513f96382ff4b2d4b95b2f1fdbaf9e78bbd1db13a7dd26e8a4ac83a3e8ab42d1d545f',
    ciphertext: 'e34b1540a769f7913331d66796e00bdc3ee0f258cf244eb7663375cc5ad6c658',
    tag: '3841f02beb7a7fca7e578922d0a2f80c',
  },
  {
    name: 'PTlen 408, AADlen 384',
    key: '463b412911767d57a0b33969e674ffe7845d313b88c6fe312f3d724be68e1fca',
    nonce: '611ce6f9a6880750de7da6cb',
    plaintext: 'e7d1dcf668e2876861940e012fe52a98dacbd78ab63c08842cc9801ea581682ad54af0c34d0d7f6f59e8ee0bf4900e0fd85042',
    associatedData: '0a682fbc6192e1b47a5e0868787ffdafe5a50cead3575849990cdd2ea9b3597749403efb4a56684f0c6bde352d4aeec5',
    ciphertext:
      '8886e196010cb3849d9c1a182abe1eeab0a5f3ca423c3669a4a8703c0f146e8e956fb122e0d721b869d2b6fcd4216d7d4d3758',
    tag: '2469cecd70fd98fec9264f71df1aee9a',
  },
];

/** NIST CAVP, gcmDecrypt256.rsp: IVlen 96, PTlen 0, AADlen 0, Taglen 128, counts 1 and 2, both marked FAIL. */
const cavpForged = [
  {
    key: 'e5a8123f2e2e007d4e379ba114a2fb66e6613f57c72d4e4f024964053028a831',
    nonce: '51e43385bf533e168427e1ad',
    tag: '38fe845c66e66bdd884c2aecafd280e6',
  },
  {
    key: 'c5ba3bf9ada560fb0301cd4e0b8b8a46a2aff2400395a72ed5804b3c755c4e59',
    nonce: 'de2b956e704063c000f28bbb',
    tag: '04eb9b20fd4548dc71594f20073a45a2',
  },
];

function gcmInput({ key, nonce, associatedData = '' }: { key: string; nonce: string; associatedData?: string }) {
  return { key: createSecretKey(hex(key)), nonce: hex(nonce), associatedData: hex(associatedData) };
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

describe.each([
  ['the GCM specification', specification],
  ['NIST CAVP', cavpEncrypt],
])('the published vectors of %s', (_source, vectors) => {
  test.each(vectors)('$name encrypts to the published ciphertext and tag', (vector) => {
    const { ciphertext, tag } = encryptWithNonce(gcmInput(vector), hex(vector.plaintext));
    expect(ciphertext.toString('hex')).toBe(vector.ciphertext);
    expect(tag.toString('hex')).toBe(vector.tag);
  });

  test.each(vectors)('$name decrypts to the published plaintext', (vector) => {
    const sealed = { ciphertext: hex(vector.ciphertext), tag: hex(vector.tag) };
    expect(decrypt(gcmInput(vector), sealed).toString('hex')).toBe(vector.plaintext);
  });
});

test.each(cavpForged)('the forged tag $tag of NIST CAVP is refused', (vector) => {
  expect(() => decrypt(gcmInput(vector), { ciphertext: hex(''), tag: hex(vector.tag) })).toThrow(
    /unable to authenticate/,
  );
});

test('a tag that is cut short is refused, though its bytes are right', () => {
  const input = gcmInput({ key: '00'.repeat(32), nonce: '00'.repeat(12) });
  const { ciphertext, tag } = encryptWithNonce(input, hex('00'.repeat(16)));
  expect(() => decrypt(input, { ciphertext, tag: tag.subarray(0, 12) })).toThrow(/authentication tag length/);
});
