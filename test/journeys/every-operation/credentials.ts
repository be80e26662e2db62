import { generateKeyPairSync } from 'node:crypto'
import { selfSigned } from '../../../src/credentials/self-signed.ts'
import { readSshPublicKey } from '../../../src/credentials/ssh-public-key.ts'
import { iam, instant, type Step } from './step.ts'

const kim = { UserName: 'kim' }
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = String(publicKey.export({ format: 'pem', type: 'spki' })).trim()
const ssh = readSshPublicKey(pem)
if (typeof ssh === 'string') throw new Error(ssh)
const certificate = String(
  selfSigned(privateKey, {
    commonName: 'kim',
    from: new Date('2026-01-01T00:00:00Z'),
    until: new Date('2049-01-01T00:00:00Z'),
    serial: Buffer.alloc(8, 7),
  }),
)
const server = {
  ServerCertificateName: 'www',
  CertificateBody: certificate,
  PrivateKey: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
}
const tags = [{ Key: 'team', Value: 'web' }]

const sshKeys: readonly Step[] = [
  iam('CreateUser', kim),
  iam(
    'UploadSSHPublicKey',
    { ...kim, SSHPublicKeyBody: pem },
    {
      answers: {
        SSHPublicKey: {
          UserName: 'kim',
          SSHPublicKeyId: /^APKA/,
          Fingerprint: ssh.fingerprint,
          SSHPublicKeyBody: pem,
          Status: 'Active',
          UploadDate: instant,
        },
      },
      keeps: { ssh: 'SSHPublicKey' },
    },
  ),
  iam(
    'UploadSSHPublicKey',
    { ...kim, SSHPublicKeyBody: `${ssh.ssh} kim@laptop` },
    { refused: ['DuplicateSSHPublicKey'] },
  ),
  iam(
    'GetSSHPublicKey',
    { ...kim, SSHPublicKeyId: '<ssh.SSHPublicKeyId>', Encoding: 'SSH' },
    { answers: { SSHPublicKey: { SSHPublicKeyBody: ssh.ssh } } },
  ),
  iam('ListSSHPublicKeys', kim, { answers: { SSHPublicKeys: [{ Status: 'Active' }] } }),
  iam('UpdateSSHPublicKey', {
    ...kim,
    SSHPublicKeyId: '<ssh.SSHPublicKeyId>',
    Status: 'Inactive',
  }),
  iam('DeleteUser', kim, { refused: ['DeleteConflict', /referenced objects first/] }),
  iam('DeleteSSHPublicKey', { ...kim, SSHPublicKeyId: '<ssh.SSHPublicKeyId>' }),
]

const signing: readonly Step[] = [
  iam(
    'UploadSigningCertificate',
    { ...kim, CertificateBody: certificate },
    {
      answers: { Certificate: { UserName: 'kim', Status: 'Active', UploadDate: instant } },
      keeps: { x509: 'Certificate' },
    },
  ),
  iam(
    'UploadSigningCertificate',
    { ...kim, CertificateBody: certificate },
    { refused: ['DuplicateCertificate'] },
  ),
  iam('ListSigningCertificates', kim, {
    answers: { Certificates: [{ CertificateId: '<x509.CertificateId>' }] },
  }),
  iam('UpdateSigningCertificate', {
    ...kim,
    CertificateId: '<x509.CertificateId>',
    Status: 'Inactive',
  }),
  iam('DeleteUser', kim, { refused: ['DeleteConflict', /signing certificates first/] }),
  iam('DeleteSigningCertificate', { ...kim, CertificateId: '<x509.CertificateId>' }),
]

const named = { ServiceSpecificCredentialId: '<git.ServiceSpecificCredentialId>', ...kim }
const services: readonly Step[] = [
  iam(
    'CreateServiceSpecificCredential',
    { ...kim, ServiceName: 'codecommit.amazonaws.com' },
    {
      answers: {
        ServiceSpecificCredential: {
          ServiceUserName: /^kim-at-\d{12}$/,
          ServicePassword: /^\S{44}$/,
          Status: 'Active',
        },
      },
      keeps: { git: 'ServiceSpecificCredential' },
    },
  ),
  iam(
    'CreateServiceSpecificCredential',
    { ...kim, ServiceName: 's3.amazonaws.com' },
    { refused: ['NotSupportedService', /s3\.amazonaws\.com/] },
  ),
  iam('ListServiceSpecificCredentials', kim, {
    answers: {
      ServiceSpecificCredentials: [{ UserName: 'kim', ServiceUserName: /^kim-at-/ }],
    },
  }),
  iam('ResetServiceSpecificCredential', named, {
    answers: { ServiceSpecificCredential: { ServicePassword: /^\S{44}$/ } },
  }),
  iam('UpdateServiceSpecificCredential', { ...named, Status: 'Inactive' }),
  iam('DeleteServiceSpecificCredential', named),
  iam('DeleteServiceSpecificCredential', named, { refused: ['NoSuchEntity'] }),
  iam('DeleteUser', kim),
]

const servers: readonly Step[] = [
  iam(
    'UploadServerCertificate',
    { ...server, CertificateChain: certificate, Path: '/cdn/', Tags: tags },
    {
      answers: {
        ServerCertificateMetadata: {
          ServerCertificateName: 'www',
          ServerCertificateId: /^ASCA/,
          Arn: 'arn:aws:iam::<account>:server-certificate/cdn/www',
          UploadDate: instant,
          Expiration: /^2049-01-01/,
        },
        Tags: tags,
      },
    },
  ),
  iam('UploadServerCertificate', server, { refused: ['EntityAlreadyExists', /name www already/] }),
  iam(
    'GetServerCertificate',
    { ServerCertificateName: 'www' },
    { answers: { ServerCertificate: { CertificateBody: /^-----BEGIN CERT/, Tags: tags } } },
  ),
  iam('UpdateServerCertificate', {
    ServerCertificateName: 'www',
    NewServerCertificateName: 'web',
    NewPath: '/edge/',
  }),
  iam('UploadServerCertificate', { ...server, ServerCertificateName: 'api' }),
  iam(
    'ListServerCertificates',
    {},
    {
      pageSize: 1,
      answers: {
        ServerCertificateMetadataList: [
          { ServerCertificateName: 'api' },
          { Arn: 'arn:aws:iam::<account>:server-certificate/edge/web' },
        ],
      },
    },
  ),
  iam('TagServerCertificate', { ServerCertificateName: 'web', Tags: [{ Key: 'k', Value: 'v' }] }),
  iam('UntagServerCertificate', { ServerCertificateName: 'web', TagKeys: ['team'] }),
  iam(
    'ListServerCertificateTags',
    { ServerCertificateName: 'web' },
    { answers: { Tags: [{ Key: 'k', Value: 'v' }] } },
  ),
  iam('DeleteServerCertificate', { ServerCertificateName: 'api' }),
  iam('DeleteServerCertificate', { ServerCertificateName: 'web' }),
  iam('GetServerCertificate', { ServerCertificateName: 'web' }, { refused: ['NoSuchEntity'] }),
]

/** What a developer gives and takes besides access keys, and the certificates of servers. */
export const credentials: readonly Step[] = [...sshKeys, ...signing, ...services, ...servers]
