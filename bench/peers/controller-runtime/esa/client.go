// Package esa calls the cloud API: one signed request for each call, never repeated here.
package esa

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	callTimeout = 5 * time.Second
	// A connection that lay idle for longer may be gone at the far end: a create on it would end without anyone knowing how.
	idleLimit = 5 * time.Second
	// More than there are workers, so that a burst dials each connection once.
	maxIdle = 64
	// Of one answer, in bytes.
	maxAnswer = 64 << 20
)

// Client is one endpoint with one credential.
type Client struct {
	address string
	host    string
	keyID   string
	secret  []byte
	http    *http.Client
}

// New makes a client for an endpoint like https://esa.cn-hangzhou.aliyuncs.com.
func New(endpoint, keyID, secret string) (*Client, error) {
	address, err := url.Parse(endpoint)
	if err != nil || address.Host == "" || strings.Trim(address.Path, "/") != "" {
		return nil, fmt.Errorf("the ESA endpoint must be an address with a scheme and without a path, not %q", endpoint)
	}
	if keyID == "" || secret == "" {
		return nil, fmt.Errorf("ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET must be set")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = maxIdle
	transport.MaxIdleConnsPerHost = maxIdle
	transport.IdleConnTimeout = idleLimit
	transport.DisableCompression = true
	return &Client{
		address: address.Scheme + "://" + address.Host + "/",
		host:    address.Host,
		keyID:   keyID,
		secret:  []byte(secret),
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// call is one request; a nonce is made where it names none.
type call struct {
	method, action string
	query, form    []parameter
	nonce          string
}

// do sends a call and decodes its answer; whatever fails is an *Error.
func (c *Client) do(ctx context.Context, call call, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := c.request(ctx, call)
	if err != nil {
		return &Error{Operation: call.action, Message: err.Error(), cause: err}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return transportError(call.action, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return transportError(call.action, err)
	}
	if response.StatusCode != http.StatusOK {
		return answeredError(call.action, response, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return unexpected(call.action, "the answer is not of the documented form")
	}
	return nil
}

func (c *Client) request(ctx context.Context, call call) (*http.Request, error) {
	if call.nonce == "" {
		call.nonce = newNonce()
	}
	query, form := encode(call.query), encode(call.form)
	address := c.address
	if query != "" {
		address += "?" + query
	}
	var body io.Reader
	if form != "" {
		body = strings.NewReader(form)
	}
	request, err := http.NewRequestWithContext(ctx, call.method, address, body)
	if err != nil {
		return nil, err
	}
	bodyHash := hashOf(form)
	headers := c.headers(call, bodyHash, time.Now())
	for _, header := range headers {
		if header.name != "host" {
			request.Header.Set(header.name, header.value)
		}
	}
	request.Header.Set("accept", "application/json")
	request.Header.Set("authorization", c.authorization(call.method, query, headers, bodyHash))
	return request, nil
}

// headers are those that the signature covers, in the order of their names.
func (c *Client) headers(call call, bodyHash string, now time.Time) []parameter {
	headers := make([]parameter, 0, 8)
	if call.method == http.MethodPost {
		headers = append(headers, parameter{"content-type", "application/x-www-form-urlencoded"})
	}
	return append(headers,
		parameter{"host", c.host},
		parameter{"x-acs-action", call.action},
		parameter{"x-acs-content-sha256", bodyHash},
		parameter{"x-acs-credentials-provider", "static_ak"},
		parameter{"x-acs-date", now.UTC().Format(time.RFC3339)},
		parameter{"x-acs-signature-nonce", call.nonce},
		parameter{"x-acs-version", "2024-09-10"},
	)
}

func newNonce() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}
