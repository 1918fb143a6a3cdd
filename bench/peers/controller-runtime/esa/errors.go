package esa

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// Error is how a call failed.
type Error struct {
	Operation  string
	Code       string
	Message    string
	RequestID  string
	HTTPStatus int
	// RetryAfter is how long the cloud asks to wait; 0 where it does not.
	RetryAfter time.Duration
	cause      error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Operation, e.Code, e.Message) }

// Unwrap gives the error of the transport, if it was one.
func (e *Error) Unwrap() error { return e.cause }

var (
	refusals = regexp.MustCompile(`(?i)^(InvalidParameter(\..+)?|Invalid(App|AccessKeyId|Action|Api|Product)\.\w+|` +
		`Throttling.*|Forbidden(\..+)?|NoPermission|SignatureDoesNotMatch|IncompleteSignature|InvalidSignatureMethod|` +
		`InvalidTimeStamp\..+|InvalidSecurityToken\..+|MissingSecurityToken|InsufficientBalance|Missing[A-Z]\w*|InvalidVersion)$`)
	throttlings = regexp.MustCompile(`(?i)^(Throttling.*|TooManyRequests)$`)
)

// IsRefusal tells whether the call surely changed nothing: it was never sent, or was refused with a code that is known
// to mean it.
func (e *Error) IsRefusal() bool {
	if e.HTTPStatus == 0 {
		var dialing *net.OpError
		return errors.As(e.cause, &dialing) && dialing.Op == "dial"
	}
	return e.HTTPStatus >= 400 && e.HTTPStatus < 500 && refusals.MatchString(e.Code)
}

// IsThrottling tells whether the cloud asks for fewer calls.
func (e *Error) IsThrottling() bool {
	return e.HTTPStatus == http.StatusTooManyRequests || throttlings.MatchString(e.Code)
}

// NeedsPerson tells whether the same call would be refused again until somebody changes something.
func (e *Error) NeedsPerson() bool {
	return e.HTTPStatus != 0 && e.IsRefusal() && !e.IsThrottling()
}

// IsVersionNotFound tells whether a Get may have failed because there is no such version.
func (e *Error) IsVersionNotFound() bool {
	return e.HTTPStatus == http.StatusNotFound || e.Code == "InvalidParameter.VersionId"
}

func transportError(action string, err error) *Error {
	return &Error{Operation: action, Code: "TransportError", Message: withoutAddress(err).Error(), cause: err}
}

// withoutAddress drops what *url.Error adds: the address with its query.
func withoutAddress(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

func answeredError(action string, response *http.Response, text []byte) *Error {
	var body struct{ Code, Message, RequestId string }
	_ = json.Unmarshal(text, &body) // a body of another form has none of the three
	milliseconds, _ := strconv.Atoi(response.Header.Get("x-acs-retry-after"))
	if body.Code == "" {
		body.Code = strconv.Itoa(response.StatusCode)
	}
	if body.Code == "SignatureDoesNotMatch" {
		body.Message = "the rest of the message repeats the request"
	}
	return &Error{
		Operation:  action,
		Code:       body.Code,
		Message:    body.Message,
		RequestID:  body.RequestId,
		HTTPStatus: response.StatusCode,
		RetryAfter: time.Duration(milliseconds) * time.Millisecond,
	}
}

// unexpected is a success that lacks what the API promises: it proves nothing.
func unexpected(action, message string) *Error {
	return &Error{Operation: action, Code: "UnexpectedAnswer", Message: message, HTTPStatus: http.StatusOK}
}
