package esa

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// parameter is a name with its value: of a query, a form or a header.
type parameter struct{ name, value string }

// encode writes parameters in the order of their names, percent-encoded by RFC 3986, so that a query or a form as sent
// is a canonical one too.
func encode(parameters []parameter) string {
	slices.SortFunc(parameters, func(a, b parameter) int { return strings.Compare(a.name, b.name) })
	var text strings.Builder
	for i, p := range parameters {
		if i > 0 {
			text.WriteByte('&')
		}
		escape(&text, p.name)
		text.WriteByte('=')
		escape(&text, p.value)
	}
	return text.String()
}

func escape(to *strings.Builder, text string) {
	const digits = "0123456789ABCDEF"
	for i := 0; i < len(text); i++ {
		c := text[i]
		if isUnreserved(c) {
			to.WriteByte(c)
			continue
		}
		to.WriteByte('%')
		to.WriteByte(digits[c>>4])
		to.WriteByte(digits[c&15])
	}
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == '~'
}

// authorization signs a request to the path / by ACS3-HMAC-SHA256. The headers, in lower case, stand in the order of
// their names.
func (c *Client) authorization(method, query string, headers []parameter, bodyHash string) string {
	var canonical, names strings.Builder
	canonical.WriteString(method + "\n/\n" + query + "\n")
	for i, header := range headers {
		canonical.WriteString(header.name + ":" + header.value + "\n")
		if i > 0 {
			names.WriteByte(';')
		}
		names.WriteString(header.name)
	}
	canonical.WriteString("\n" + names.String() + "\n" + bodyHash)
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hashOf(canonical.String())))
	return "ACS3-HMAC-SHA256 Credential=" + c.keyID + ",SignedHeaders=" + names.String() +
		",Signature=" + hex.EncodeToString(mac.Sum(nil))
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
