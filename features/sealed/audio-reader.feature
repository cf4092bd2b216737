@reader @sealed
Feature: A sealed audio code reader
  As people get it: finger, camera and microphone are left.

  Scenario: What is read aloud is what is displayed
    When I press the button on my audio code reader and listen, 2 times
    Then the press yields exactly one code read aloud, in time [S5.C.8a]
    And the code read aloud has exactly 6 digits [S5.C.8b]
    And the code read aloud is the one displayed [S5.C.8c]

  @phone @uses-device
  Scenario: It is activated, and a code works once
    Given my audio code reader is activated
    When I log in with the password and a new code
    Then I am logged in [S5.C.9]
    When I log in again with the same code
    Then the login is refused [RFC6238-5.2]
