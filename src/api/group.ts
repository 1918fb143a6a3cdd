/** The API group of all kinds. */
export const group = 'esa.alibabacloud.com';
