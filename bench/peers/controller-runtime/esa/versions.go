package esa

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"edgeapp.example/peer/request"
)

// Version is what the controller needs to know of a version.
type Version struct {
	VersionID string `json:"VersionId"`
	Name      string `json:"Name"`
	Remarks   string `json:"Remarks"`
	Status    string `json:"Status"`
}

// pageSize is the most that a listing gives at once.
const pageSize = 100

const listAction = "ListEdgeContainerAppVersions"

// CreateVersion sends one POST; nonce is the nonce of its signature.
func (c *Client) CreateVersion(ctx context.Context, create *request.Create, nonce string) (versionID, requestID string, err error) {
	const action = "CreateEdgeContainerAppVersion"
	containers, err := create.ContainersJSON()
	if err != nil {
		return "", "", err
	}
	form := []parameter{{"AppId", create.AppID}, {"Name", create.Name}, {"Remarks", create.Remarks}, {"Containers", containers}}
	var answer struct{ VersionId, RequestId string }
	if err := c.do(ctx, call{method: http.MethodPost, action: action, form: form, nonce: nonce}, &answer); err != nil {
		return "", "", err
	}
	if answer.VersionId == "" {
		return "", "", unexpected(action, "the answer has no VersionId")
	}
	return answer.VersionId, answer.RequestId, nil
}

// GetVersion reads one version.
func (c *Client) GetVersion(ctx context.Context, appID, versionID string) (*Version, error) {
	const action = "GetEdgeContainerAppVersion"
	query := []parameter{{"AppId", appID}, {"VersionId", versionID}}
	var answer struct{ Version *Version }
	if err := c.do(ctx, call{method: http.MethodGet, action: action, query: query}, &answer); err != nil {
		return nil, err
	}
	if answer.Version == nil {
		return nil, unexpected(action, "the answer has no Version")
	}
	return answer.Version, nil
}

// SearchVersions gives every version whose name is exactly name.
func (c *Client) SearchVersions(ctx context.Context, appID, name string) ([]Version, error) {
	found, err := c.list(ctx, []parameter{{"AppId", appID}, {"SearchType", "Name"}, {"SearchKey", name}})
	return named(found, name), err
}

// ListVersionsNamed finds the same in a listing of the whole app.
func (c *Client) ListVersionsNamed(ctx context.Context, appID, name string) ([]Version, error) {
	found, err := c.list(ctx, []parameter{{"AppId", appID}})
	return named(found, name), err
}

// list reads all pages. A listing counts only if its total is the same on every page and equals the number of distinct
// ids.
func (c *Client) list(ctx context.Context, query []parameter) ([]Version, error) {
	versions := map[string]Version{}
	total := 1
	for number := 1; (number-1)*pageSize < total; number++ {
		answer, err := c.page(ctx, query, number)
		if err != nil {
			return nil, err
		}
		if number > 1 && answer.total != total {
			return nil, unexpected(listAction, fmt.Sprintf("the total went from %d to %d", total, answer.total))
		}
		total = answer.total
		for _, version := range answer.versions {
			versions[version.VersionID] = version
		}
		if len(answer.versions) == 0 {
			break
		}
	}
	if len(versions) != total {
		return nil, unexpected(listAction, fmt.Sprintf("the total is %d, but %d were listed", total, len(versions)))
	}
	return slices.Collect(maps.Values(versions)), nil
}

type page struct {
	total    int
	versions []Version
}

func (c *Client) page(ctx context.Context, query []parameter, number int) (page, error) {
	var answer struct {
		TotalCount json.Number
		Versions   []Version
	}
	paged := append([]parameter{{"PageNumber", strconv.Itoa(number)}, {"PageSize", strconv.Itoa(pageSize)}}, query...)
	if err := c.do(ctx, call{method: http.MethodGet, action: listAction, query: paged}, &answer); err != nil {
		return page{}, err
	}
	total, err := strconv.Atoi(answer.TotalCount.String())
	if err != nil {
		return page{}, unexpected(listAction, "the answer has no TotalCount")
	}
	return page{total: total, versions: answer.Versions}, nil
}

func named(versions []Version, name string) []Version {
	var matches []Version
	for _, version := range versions {
		if version.Name == name {
			matches = append(matches, version)
		}
	}
	return matches
}
