package request

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Owner is the object that a version belongs to.
type Owner struct{ OwnerID, Namespace, Name string }

var markerAtEnd = regexp.MustCompile(
	`\[\s*k8s\s+owner=([a-z0-9-]+)/([a-z0-9-]+)/([a-z0-9.-]+)\s+spec=(v[0-9]+:[0-9a-f]{12})\s*\]\s*$`)

// Fingerprint is `v1:` and the SHA-256 of the canonical request, which knows no order of containers and variables.
func (c *Create) Fingerprint() (string, error) {
	canonical := *c
	canonical.Containers = slices.Clone(c.Containers)
	for i := range canonical.Containers {
		canonical.Containers[i].EnvVariables = sortEnv(canonical.Containers[i].EnvVariables)
	}
	slices.SortFunc(canonical.Containers, func(a, b Container) int { return strings.Compare(a.Name, b.Name) })
	text, err := toJSON(&canonical)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return "v1:" + hex.EncodeToString(sum[:]), nil
}

func sortEnv(joined string) string {
	if !strings.Contains(joined, ",") {
		return joined
	}
	pairs := strings.Split(joined, ",")
	slices.SortStableFunc(pairs, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameA, nameB)
	})
	return strings.Join(pairs, ",")
}

// Short is the form of a fingerprint that stands in a marker: the prefix and 12 digits.
func Short(fingerprint string) string {
	prefix, digits, _ := strings.Cut(fingerprint, ":")
	return prefix + ":" + digits[:min(12, len(digits))]
}

// WithMarker returns the request with the marker of owner at the end of its remarks.
func (c *Create) WithMarker(owner Owner, fingerprint string) *Create {
	marked := *c
	marker := fmt.Sprintf("[k8s owner=%s/%s/%s spec=%s]", owner.OwnerID, owner.Namespace, owner.Name, Short(fingerprint))
	marked.Remarks = strings.TrimPrefix(c.Remarks+"\n"+marker, "\n")
	return &marked
}

// ParseMarker reads the marker that remarks end with: its owner and its short fingerprint.
func ParseMarker(remarks string) (owner Owner, fingerprint string, ok bool) {
	groups := markerAtEnd.FindStringSubmatch(remarks[max(0, strings.LastIndexByte(remarks, '[')):])
	if groups == nil {
		return Owner{}, "", false
	}
	return Owner{OwnerID: groups[1], Namespace: groups[2], Name: groups[3]}, groups[4], true
}
