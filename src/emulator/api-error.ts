/** The API's refusals: one error class and the texts that belong to the codes. */

interface KnownError {
  readonly status: number;
  readonly message: string;
}

const serverFault = 'Failed to call the service. Try again later or contact technical support.';
const appIdFormat =
  'The format of the application ID is invalid. You can call ListEdgeContainerApps to obtain the application ID.';
const noSuchApi = 'Specified api is not found, please check your url and method.';

/** Codes with the HTTP status and the English text of the public documentation. */
const knownErrors: Readonly<Record<string, KnownError>> = {
  // Documented for CreateEdgeContainerAppVersion.
  'InvalidParameter.Name': {
    status: 400,
    message:
      'The specified Name is invalid. Please check the Name parameter, which must be between 6 and 128 characters. Kindly make the necessary modifications and call the interface again.',
  },
  'InvalidParameter.Percentage': {
    status: 400,
    message:
      'The Percentage parameter is invalid. Please check the Percentage parameter, which should be in the range of 1-100. Modify it accordingly and call the interface again.',
  },
  'InvalidParameter.Image': {
    status: 400,
    message:
      'The specified Image is invalid. Please check the Image parameter and make the necessary modifications and call the interface again.',
  },
  'InvalidParameter.HttpHeaders': {
    status: 400,
    message:
      'The specified HttpHeaders is invalid. Please check the HttpHeaders parameter. Please make the necessary changes and call the interface again.',
  },
  'InvalidParameter.appid': { status: 400, message: appIdFormat },
  InvalidParameter: { status: 400, message: 'The specified parameter is invalid.' },
  ParameterAlreadyExist: {
    status: 400,
    message: 'Parameter uniqueness verification failed. Check for duplicate parameter values.',
  },
  NameAlreadyExists: { status: 400, message: 'The name already exists.' },
  'InvalidApp.NotFound': {
    status: 404,
    message:
      'The application does not exist. Check whether the application ID you specified is correct and try again.',
  },
  InternalError: { status: 500, message: serverFault },

  // Documented for sibling operations.
  InternalException: { status: 400, message: serverFault },
  'InvalidParameter.Appid': { status: 400, message: appIdFormat },
  'InvalidParameter.VersionId': {
    status: 400,
    message: 'The specified VersionId is invalid. Please check the VersionId parameter.',
  },
  'Record.AlreadyExist': {
    status: 403,
    message:
      'The specified record content conflicts with existing records. Adjust your configurations based on the related product documentation.',
  },

  // The gateway in front of every Alibaba Cloud product.
  Throttling: { status: 400, message: 'Request was denied due to request throttling.' },
  'Throttling.User': { status: 400, message: 'Request was denied due to user flow control.' },
  'Throttling.Api': { status: 400, message: 'Request was denied due to api flow control.' },
  ServiceUnavailable: {
    status: 503,
    message: 'The request has failed due to a temporary failure of the server.',
  },
  'InvalidAccessKeyId.NotFound': { status: 404, message: 'Specified access key is not found.' },
  'InvalidAccessKeyId.Inactive': { status: 400, message: 'Specified access key is disabled.' },
  'Forbidden.AccessKeyDisabled': { status: 403, message: 'Specified access key is disabled.' },
  SignatureDoesNotMatch: {
    status: 400,
    message: 'Specified signature is not matched with our calculation.',
  },
  IncompleteSignature: {
    status: 400,
    message: 'The request signature does not conform to Aliyun standards.',
  },
  InvalidSignatureMethod: { status: 400, message: 'Specified signature method is not valid.' },
  SignatureNonceUsed: { status: 400, message: 'Specified signature nonce was used already.' },
  'InvalidTimeStamp.Format': {
    status: 400,
    message: 'Specified time stamp or date value is not well formatted.',
  },
  'InvalidTimeStamp.Expired': { status: 400, message: 'Specified time stamp or date value is expired.' },
  'InvalidSecurityToken.Expired': { status: 400, message: 'Specified SecurityToken is expired.' },
  'InvalidSecurityToken.Malformed': { status: 400, message: 'Specified SecurityToken is malformed.' },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    status: 400,
    message: 'Specified SecurityToken mismatch with the AccessKey.',
  },
  MissingSecurityToken: { status: 400, message: 'SecurityToken is mandatory for this action.' },
  NoPermission: { status: 403, message: 'You are not authorized to do this action.' },
  'Forbidden.RAM': {
    status: 403,
    message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
  },
  Forbidden: { status: 403, message: 'User not authorized to operate on the specified resource.' },
  'Forbidden.RiskControl': {
    status: 403,
    message: 'This operation is forbidden by Aliyun Risk Control system.',
  },
  'Forbidden.UserVerification': { status: 403, message: 'Your user account is not verified by Aliyun.' },
  InsufficientBalance: { status: 400, message: 'Your account does not have enough balance.' },
  'InvalidAction.NotFound': { status: 404, message: noSuchApi },
  'InvalidApi.NotFound': { status: 404, message: noSuchApi },
  InvalidVersion: { status: 400, message: 'Specified parameter Version is not valid.' },
  'InvalidProduct.NotFound': {
    status: 404,
    message: 'Cannot find product according to your specified domain.',
  },
  'InvalidProtocol.NeedSsl': { status: 400, message: 'Your request is denied as lack of ssl protect.' },
  UnsupportedHTTPMethod: { status: 400, message: 'This http method not supported.' },
};

export interface ApiErrorOptions {
  readonly status?: number | undefined;
  readonly message?: string | undefined;
  /** Sent as `x-acs-retry-after`, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Further members of the answer's body, for example `AccessDeniedDetail`. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
}

/** A refusal in the API's own words. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  /** Status and text are those of the documentation unless given; 400 for a code that is not documented. */
  constructor(code: string, options: ApiErrorOptions = {}) {
    const known = Object.hasOwn(knownErrors, code) ? knownErrors[code] : undefined;
    super(options.message ?? known?.message ?? `The request was refused with ${code}.`);
    this.code = code;
    this.status = options.status ?? known?.status ?? 400;
    this.retryAfterMs = options.retryAfterMs;
    this.members = options.members ?? {};
  }
}

/** The gateway's refusal of an absent parameter: `MissingAppId` for `AppId`. */
export function missingParameter(name: string): ApiError {
  return new ApiError(`Missing${name}`, { message: `${name} is mandatory for this action.` });
}
